namespace GpuContainers.Configuration.Keys;

/// <summary>How far two words are apart.</summary>
public static class EditDistance
{
    /// <summary>
    /// The least number of characters to insert, delete or replace to make one of the other (Levenshtein); upper and lower case count as the same.
    /// </summary>
    /// <param name="left">A word.</param>
    /// <param name="right">Another word.</param>
    /// <param name="most">The largest distance that is of interest.</param>
    /// <returns>Null when they are further apart than that; words of very different length are told apart by that alone.</returns>
    public static int? Within(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most)
            return null;
        var row = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
            row[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + same);
                (diagonal, row[j]) = (row[j], best);
            }
        }
        return row[right.Length] <= most ? row[right.Length] : null;
    }
}
