using System.Text;

namespace GpuContainers.Diagnostics;

/// <summary>Names and values for messages, cut in the middle when they are long: beginning and end tell most.</summary>
public static class Excerpt
{
    /// <summary>The most bytes of a name from a container that a message shows .</summary>
    public const int MostBytes = 200;

    private const string Gap = "…";
    private const int GapBytes = 3;

    /// <summary>A name as text; what is not UTF-8 shows as U+FFFD.</summary>
    /// <param name="name">The name as it stands in a file system or file.</param>
    /// <param name="most">The most bytes of it that are shown, the gap's three included.</param>
    public static string Of(ReadOnlySpan<byte> name, int most = MostBytes)
    {
        if (name.Length <= most)
            return Encoding.UTF8.GetString(name);
        int half = (most - GapBytes) / 2;
        int head = half;
        int tail = name.Length - half;
        // No character is cut apart: one has four bytes at most.
        while (head > half - 3 && IsContinuation(name[head]))
            head--;
        while (tail < name.Length - half + 3 && IsContinuation(name[tail]))
            tail++;
        return Encoding.UTF8.GetString(name[..head]) + Gap + Encoding.UTF8.GetString(name[tail..]);
    }

    private static bool IsContinuation(byte b) => (b & 0xc0) == 0x80;

    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most characters of it that are shown, the gap included.</param>
    public static string Of(string text, int most)
    {
        if (text.Length <= most)
            return text;
        int head = most / 2, tail = most - head - 1;
        // Half of a character beyond U+FFFF is not a character.
        if (char.IsHighSurrogate(text[head - 1]))
            head--;
        if (char.IsLowSurrogate(text[^tail]))
            tail--;
        return string.Concat(text.AsSpan(0, head), Gap, text.AsSpan(text.Length - tail));
    }
}
