using System.Security.Cryptography;
using System.Text;

namespace McpSseActors.Definitions;

/// <summary>Short texts that differ if what they are made of differs.</summary>
internal static class Fingerprints
{
    private const int Length = 32;

    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];
}
