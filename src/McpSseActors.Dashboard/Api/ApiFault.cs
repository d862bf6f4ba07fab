namespace McpSseActors.Dashboard.Api;

/// <summary>A request that is answered with a problem document (RFC 9457).</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="detail">What is wrong and what would be right, in one sentence for people.</param>
internal sealed class ApiFault(int status, string detail) : Exception(detail)
{
    public int Status => status;
}
