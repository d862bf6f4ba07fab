namespace McpSseActors.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The name closest to <paramref name="text"/>; null when none is close enough to be meant.</summary>
    public static string? To(string text, IEnumerable<string> names)
    {
        var ranked = names.Select(name => (name, distance: Distance(text.ToLowerInvariant(), name.ToLowerInvariant()))).ToList();
        var (best, least) = ranked.DefaultIfEmpty((name: "", distance: int.MaxValue)).MinBy(pair => pair.distance);
        if (least <= Math.Max(1, text.Length / 3))
            return best;
        return ranked.Select(pair => pair.name).FirstOrDefault(name => text.Length > 2 && name.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>How many letters must be added, dropped, replaced or swapped with their neighbour.</summary>
    public static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[left.Length, right.Length];
    }
}
