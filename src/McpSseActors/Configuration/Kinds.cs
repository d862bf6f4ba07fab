using System.Globalization;
using Tomlyn.Helpers;
using Tomlyn.Model;

namespace McpSseActors.Configuration;

/// <summary>The kinds of single values that keys have.</summary>
internal static class Kinds
{
    // Timers count milliseconds in an Int32, which ends a little short of 25 days.
    public static readonly TimeSpan ShortestTime = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(24);

    private const string SecondsWanted = "a number of seconds";
    private const string SecondsRule = "from 0.001 to 2073600 (24 days)";

    private static readonly Func<string, object?> ParseNumber = text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static ValueKind<bool> Bool { get; } = new ScalarKind<bool>("bool", "true or false", "true or false")
    {
        Parse = text => bool.TryParse(text, out var value) ? value : null,
        Convert = (RawScalar raw, out bool value) => Cast(raw, "true or false", out value),
        Checked = _ => null,
        Formatted = value => value ? "true" : "false",
    };

    public static ValueKind<TimeSpan> Seconds { get; } = Time(SecondsRule, orNever: false);

    public static ValueKind<TimeSpan> SecondsOrNever { get; } = Time($"0 (never), or {SecondsRule}", orNever: true);

    public static ValueKind<TimeSpan> SecondsOrUnlimited { get; } = Time($"0 (no limit), or {SecondsRule}", orNever: true);

    public static ValueKind<string> Text(string rule, Func<string, Complaint?> check) => Text(rule, check, value => value);

    /// <summary>Text of which no more is shown than whether there is any.</summary>
    public static ValueKind<string> Secret(string rule, Func<string, Complaint?> check) => Text(rule, check, value => value.Length > 0 ? "***" : "", _ => "");

    /// <summary>An address, which is shown without what may be secret in it, or a word.</summary>
    public static ValueKind<string> Address(string rule, Func<string, Complaint?> check) => Text(rule, check, value => value.Contains(':') ? Redact.Url(value) : value, Redact.WithoutSecrets);

    public static ValueKind<StreamTransport> Transport { get; } =
        new ScalarKind<StreamTransport>("string", "sse, http-sse, streamable-http, subscriptions, events or auto", "a string")
        {
            Parse = text => text,
            Convert = ToTransport,
            Checked = _ => null,
            Formatted = value => Quote($"{value}"),
        };

    /// <summary>A member of an enumeration, in lower case.</summary>
    public static ValueKind<T> Word<T>()
        where T : struct, Enum
    {
        var words = Array.ConvertAll(Enum.GetNames<T>(), name => name.ToLowerInvariant());
        var rule = $"{string.Join(", ", words[..^1])} or {words[^1]}";
        return new ScalarKind<T>("string", rule, "a string")
        {
            Parse = text => text,
            Convert = (RawScalar raw, out T value) =>
            {
                value = default;
                return Cast(raw, "a string", out string? word) ?? (words.Contains(word) && Enum.TryParse(word, ignoreCase: true, out value) ? null : Unknown(word!));
            },
            Checked = value => Enum.IsDefined(value) ? null : Unknown($"{value}"),
            Formatted = value => Quote($"{value}".ToLowerInvariant()),
        };

        Complaint Unknown(string word) => new($"'{word}' is not a possible value", $"write {rule}");
    }

    public static ValueKind<int> Int(string rule, Func<int, bool> allowed) => new ScalarKind<int>("int", rule, "a whole number")
    {
        Parse = text => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null,
        Convert = (RawScalar raw, out int value) => ToInt(raw, rule, out value),
        Checked = value => allowed(value) ? null : OutOfRange(value, "a whole number", rule),
        Formatted = value => value.ToString(CultureInfo.InvariantCulture),
    };

    public static ValueKind<double> Float(string rule, Func<double, bool> allowed) => new ScalarKind<double>("float", rule, "a number")
    {
        Parse = ParseNumber,
        Convert = ToDouble,
        Checked = value => double.IsFinite(value) && allowed(value) ? null : OutOfRange(value, "a number", rule),
        Formatted = value => value.ToString(value == Math.Floor(value) ? "0.0" : "R", CultureInfo.InvariantCulture),
    };

    public static Complaint WrongType(RawValue raw, string wanted) => new(
        raw is RawText ? $"the text is not {wanted}" : $"{raw.Kind} where {wanted} is expected",
        $"write {wanted}{(wanted == "a string" ? ", in quotes" : "")}");

    private static ScalarKind<string> Text(string rule, Func<string, Complaint?> check, Func<string, string> shown, Func<string, string>? stripped = null) => new("string", rule, "a string")
    {
        Parse = text => text,
        Convert = (RawScalar raw, out string value) => Cast(raw, "a string", out value!),
        Checked = check,
        Formatted = Quote,
        Shown = value => Quote(shown(value)),
        Stripped = stripped,
    };

    /// <summary>Text as TOML.</summary>
    public static string Quote(string value) => TomlFormatHelper.ToString(value, TomlPropertyDisplayKind.Default);

    private static ScalarKind<TimeSpan> Time(string rule, bool orNever) => new("seconds", rule, SecondsWanted)
    {
        Parse = ParseNumber,
        Convert = (RawScalar raw, out TimeSpan value) => ToTime(raw, rule, orNever, out value),
        Checked = value => IsTime(value.TotalSeconds, orNever) ? null : OutOfRange(value.TotalSeconds, SecondsWanted, rule),
        Formatted = value => Show(value.TotalSeconds),
    };

    private static bool IsTime(double seconds, bool orNever) =>
        (seconds >= ShortestTime.TotalSeconds && seconds <= LongestTime.TotalSeconds) || (orNever && seconds == 0);

    private static Complaint OutOfRange(double value, string wanted, string rule) => new($"{Show(value)} is out of range", $"write {wanted} {rule}");

    private static string Show(double value) => value switch
    {
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static Complaint? Cast<T>(RawScalar raw, string wanted, out T? value)
    {
        value = raw.Value is T cast ? cast : default;
        return raw.Value is T ? null : WrongType(raw, wanted);
    }

    private static Complaint? ToInt(RawScalar raw, string rule, out int value)
    {
        var complaint = Cast(raw, "a whole number", out long number);
        value = unchecked((int)number);
        return complaint ?? (value == number ? null : OutOfRange(number, "a whole number", rule));
    }

    private static Complaint? ToTransport(RawScalar raw, out StreamTransport value)
    {
        value = StreamTransport.Sse;
        if (Cast(raw, "a string", out string? name) is { } complaint)
            return complaint;
        if (StreamTransport.TryParse(name, out var transport))
        {
            value = transport;
            return null;
        }

        var meant = Nearest.To(name!, StreamTransport.All.Select(each => $"{each}"));
        return new Complaint(
            "unknown transport", meant is null ? $"write one of {string.Join(", ", StreamTransport.All)}" : $"did you mean {meant}?");
    }

    private static Complaint? ToDouble(RawScalar raw, out double value)
    {
        value = raw.Value switch { long number => number, double number => number, _ => double.NaN };
        return raw.Value is long or double ? null : WrongType(raw, "a number");
    }

    // The bounds are checked before the conversion, which throws for what a TimeSpan cannot hold.
    private static Complaint? ToTime(RawScalar raw, string rule, bool orNever, out TimeSpan value)
    {
        value = default;
        if (ToDouble(raw, out var seconds) is not null)
            return WrongType(raw, SecondsWanted);
        if (!IsTime(seconds, orNever))
            return OutOfRange(seconds, SecondsWanted, rule);
        value = TimeSpan.FromSeconds(seconds);
        return null;
    }
}
