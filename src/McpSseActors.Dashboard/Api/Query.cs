using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Dashboard.Api;

/// <summary>Reads the query of a request; an empty value is none.</summary>
internal static class Query
{
    public static string? Text(this HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The type of events that is asked for.</summary>
    /// <exception cref="FormatException">It is not a pattern.</exception>
    public static EventPattern Pattern(this HttpContext http) => EventPattern.Parse(http.Text("type") ?? EventPattern.All);

    public static int Number(this HttpContext http, string name, int usual, int most) => http.Text(name) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
        : throw new ApiFault(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from 0 to {most}."));

    public static DateTimeOffset? Time(this HttpContext http, string name) => http.Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new ApiFault(StatusCodes.Status400BadRequest, $"{name} is a time such as 2026-01-31T12:00:00Z.");

    public static bool Flag(this HttpContext http, string name) => http.Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new ApiFault(StatusCodes.Status400BadRequest, $"{name} is true or false."),
    };

    /// <summary>The name of the stream in the path.</summary>
    public static string Stream(this HttpContext http) => (string)http.Request.RouteValues["name"]!;
}
