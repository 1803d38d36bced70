using System.Globalization;
using System.Text;

namespace GpuContainers.Diagnostics;

/// <summary>
/// Values that come from a container, as messages show them: few of them, and none at length, because an image may hold any number of any size.
/// </summary>
public static class ShownValues
{
    // RT-264 says so.
    private const int MostValues = 10;
    private const int MostCharacters = 200;
    private const int MostBytes = 4096;

    /// <summary>The value; a long one without its middle.</summary>
    public static string One(string value) => Excerpt.Of(value, MostCharacters);

    /// <summary>
    /// The text on one line of a terminal: what would end the line, or what the terminal would act on, is written as an escape such as <c>\u001b</c>.
    /// </summary>
    public static string Printable(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff')
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                shown.Append(c);
        }
        return shown.ToString();
    }

    /// <summary>The first ten values and, where there are more, their number.</summary>
    /// <param name="values">The values.</param>
    /// <param name="separator">What stands between two of them.</param>
    public static string List(IReadOnlyList<string> values, string separator = " ")
    {
        var shown = new List<string>(MostValues);
        for (int i = 0; i < values.Count && i < MostValues; i++)
            shown.Add(One(values[i]));
        string text = string.Join(separator, shown);
        int more = values.Count - shown.Count;
        return more == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}{separator}… and {more:N0} more");
    }

    /// <summary>
    /// A message in its final form, of at most 4096 bytes: what a pipe takes in one piece (PIPE_BUF). Beginning and end of a longer one say what failed and
    /// what to do, so its middle goes.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="form">Escapes it and puts around it what belongs there.</param>
    public static string Fit(string message, Func<string, string> form)
    {
        int characters = Math.Min(message.Length, MostBytes);
        string text = form(Excerpt.Of(message, characters));
        for (int size = Encoding.UTF8.GetByteCount(text); size > MostBytes; size = Encoding.UTF8.GetByteCount(text))
        {
            // A character takes one byte to six, so a few rounds are enough.
            characters = (characters * MostBytes / size) - 32;
            text = form(Excerpt.Of(message, characters));
        }
        return text;
    }
}

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
