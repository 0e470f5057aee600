namespace RawWs.Host.Settings;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    /// <summary>The candidate that is spelled most like the key, or ends in it; <see langword="null"/> when none is like it.</summary>
    public static string? Nearest(string key, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int least = (key.Length / 2) + 1;
        foreach (string candidate in candidates)
        {
            int distance = candidate.EndsWith(":" + key, StringComparison.OrdinalIgnoreCase)
                ? 0
                : Distance(key.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance >= least)
                continue;
            nearest = candidate;
            least = distance;
        }

        return nearest;
    }

    /// <summary>The Levenshtein distance: how many letters must be added, removed or changed.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
