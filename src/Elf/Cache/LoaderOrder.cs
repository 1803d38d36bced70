namespace GpuContainers.Elf.Cache;

/// <summary>
/// The order in which the dynamic loader searches its cache: runs of digits count as numbers, a digit is greater than anything else, and the end of
/// a name is less than every byte.
/// </summary>
/// <param name="signedBytes">Whether bytes from 0x80 on count as negative, as on x86; on ARM they are the greatest.</param>
public sealed class LoaderOrder(bool signedBytes)
{
    /// <summary>Negative, zero or positive, as the first name is less than, equal to or greater than the second.</summary>
    public int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = 0;
        int j = 0;
        while (i < left.Length)
        {
            bool rightIsDigit = j < right.Length && char.IsAsciiDigit((char)right[j]);
            if (!char.IsAsciiDigit((char)left[i]))
            {
                int difference = rightIsDigit ? -1 : Value(left[i]) - (j < right.Length ? Value(right[j]) : 0);
                if (difference != 0)
                    return difference;
                i++;
                j++;
                continue;
            }
            if (!rightIsDigit)
                return 1;
            int a = Number(left, ref i);
            int b = Number(right, ref j);
            // The loader's own arithmetic wraps, and so must this one (LC-11).
            if (a != b)
                return unchecked(a - b);
        }
        return j < right.Length ? -Value(right[j]) : 0;
    }

    private static int Number(ReadOnlySpan<byte> text, ref int at)
    {
        int number = 0;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
            number = unchecked((number * 10) + (text[at] - '0'));
        return number;
    }

    private int Value(byte b) => signedBytes ? (sbyte)b : b;
}
