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
