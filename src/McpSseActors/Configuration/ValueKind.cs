using System.Diagnostics.CodeAnalysis;

namespace McpSseActors.Configuration;

/// <summary>What a key's value must be: how it is read from a source, checked, and written in TOML.</summary>
internal abstract class ValueKind<T>
{
    /// <summary>Gets the type's name in the documentation.</summary>
    public abstract string Label { get; }

    /// <summary>Gets the rule in the documentation.</summary>
    public abstract string Rule { get; }

    /// <summary>The value as TOML.</summary>
    public abstract string Format(T value);

    /// <summary>The same without what may be secret in it.</summary>
    public virtual string Show(T value) => Format(value);

    /// <summary>The value as far as it is certainly not secret.</summary>
    public virtual T WithoutSecrets(T value) => value;

    /// <summary>What is secret in the value, by name, to be appended to the key; empty for the value itself.</summary>
    public virtual IEnumerable<string> SecretParts(T value) => AreEqual(value, WithoutSecrets(value)) ? [] : [""];

    /// <summary>Whether two values say the same.</summary>
    public virtual bool AreEqual(T one, T other) => EqualityComparer<T>.Default.Equals(one, other);

    /// <summary>What breaks the rule; nothing when all is well.</summary>
    public abstract IEnumerable<Complaint> Check(T value);

    /// <summary>Reads and checks; on failure at least one fault is added.</summary>
    public abstract bool TryRead(RawValue raw, ICollection<ConfigurationFault> faults, [MaybeNullWhen(false)] out T value);
}

/// <summary>Turns a typed value into a key's type, or says why it cannot be.</summary>
internal delegate Complaint? Conversion<T>(RawScalar raw, out T value);

/// <summary>A kind whose values are single; <paramref name="wanted"/> names them in faults: <c>a whole number</c>.</summary>
internal sealed class ScalarKind<T>(string label, string rule, string wanted) : ValueKind<T>
{
    public override string Label => label;

    public override string Rule => rule;

    /// <summary>Gives untyped text a type; null if it fits none.</summary>
    public required Func<string, object?> Parse { get; init; }

    public required Conversion<T> Convert { get; init; }

    public required Func<T, Complaint?> Checked { get; init; }

    public required Func<T, string> Formatted { get; init; }

    /// <summary>As <see cref="Formatted"/>, without what may be secret; null where nothing is.</summary>
    public Func<T, string>? Shown { get; init; }

    /// <summary>Takes what may be secret out of a value; null where nothing is.</summary>
    public Func<T, T>? Stripped { get; init; }

    public override T WithoutSecrets(T value) => Stripped is null ? value : Stripped(value);

    public override string Format(T value) => Formatted(value);

    public override string Show(T value) => (Shown ?? Formatted)(value);

    public override IEnumerable<Complaint> Check(T value) => (value is null ? Complaint.Null : Checked(value)) is { } complaint ? [complaint] : [];

    public override bool TryRead(RawValue raw, ICollection<ConfigurationFault> faults, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        var typed = raw is RawText text && Parse(text.Text) is { } parsed ? new RawScalar(raw.Place, parsed) : raw as RawScalar;
        var complaint = typed is null ? WrongType(raw) : Convert(typed, out value) ?? Checked(value!);
        if (complaint is not null)
            faults.Add(raw.Place.Fault(complaint));
        return complaint is null;
    }

    private Complaint WrongType(RawValue raw) => Kinds.WrongType(raw, wanted);
}
