using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace McpSseActors.Configuration;

/// <summary>A list of single values. Sources without types write it as text with commas.</summary>
internal sealed class ListKind<T>(ValueKind<T> item) : ValueKind<ImmutableArray<T>>
{
    public override string Label => $"list of {item.Label}";

    public override string Rule => $"each {item.Rule}";

    public override string Format(ImmutableArray<T> value) => $"[{string.Join(", ", value.Select(item.Format))}]";

    public override string Show(ImmutableArray<T> value) => $"[{string.Join(", ", value.Select(item.Show))}]";

    // An item that says less is another item.
    public override ImmutableArray<T> WithoutSecrets(ImmutableArray<T> value) => [.. value.Where(each => item.AreEqual(each, item.WithoutSecrets(each)))];

    public override bool AreEqual(ImmutableArray<T> one, ImmutableArray<T> other) => one.SequenceEqual(other);

    public override IEnumerable<Complaint> Check(ImmutableArray<T> value) => value.IsDefault ? [] : value.SelectMany(item.Check);

    public override bool TryRead(RawValue raw, ICollection<ConfigurationFault> faults, [MaybeNullWhen(false)] out ImmutableArray<T> value)
    {
        value = [];
        if (Items(raw) is not { } items)
        {
            faults.Add(raw.Place.Fault(Kinds.WrongType(raw, $"a {Label}")));
            return false;
        }

        var read = ImmutableArray.CreateBuilder<T>();
        foreach (var each in items)
        {
            if (item.TryRead(each, faults, out var one))
                read.Add(one);
        }

        value = read.ToImmutable();
        return value.Length == items.Length;
    }

    private static ImmutableArray<RawValue>? Items(RawValue raw) => raw switch
    {
        RawList list => list.Items,
        RawText text => [.. text.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => new RawText(text.Place, part))],
        _ => null,
    };
}
