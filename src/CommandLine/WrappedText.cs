using System.Text;

namespace GpuContainers.CommandLine;

/// <summary>Texts in lines of a width. What has no blank is never broken: a path or an address that is cut cannot be copied.</summary>
public static class WrappedText
{
    /// <summary>The width of what is not a terminal.</summary>
    public const int UsualWidth = 80;

    /// <summary>The lines of a text, of which each line is wrapped for itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The most characters of a line.</param>
    /// <param name="end">What marks a line that goes on, within the width.</param>
    public static IEnumerable<string> Lines(string text, int width, string end = "")
    {
        foreach (string whole in text.Split('\n'))
        {
            var line = new StringBuilder();
            foreach (string word in whole.Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length + end.Length > width)
                {
                    yield return line.Append(end).ToString();
                    line.Clear();
                }
                line.Append(line.Length > 0 ? " " : "").Append(word);
            }
            yield return line.ToString();
        }
    }

    /// <summary>A text with this many blanks in front of each of its lines, and a line end behind each.</summary>
    public static string Block(string text, int indent, int width) =>
        string.Concat(Lines(text, width - indent).Select(line => line.Length == 0 ? "\n" : new string(' ', indent) + line + "\n"));
}
