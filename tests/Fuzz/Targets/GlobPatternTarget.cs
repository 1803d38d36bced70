using System.Text;
using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>Patterns of csv files and of users: the first line is a pattern, the rest a name (DS-3, DS-4).</summary>
public sealed class GlobPatternTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "glob-pattern";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOf((byte)'\n');
        string pattern = Encoding.UTF8.GetString(end < 0 ? input : input[..end]);
        string name = end < 0 ? "" : Encoding.UTF8.GetString(input[(end + 1)..]);
        bool matches = new GlobPattern(pattern).IsMatch(name);
        if (!GlobPattern.HasMeta(pattern))
            Assert.Equal(pattern == name, matches);
        // What cannot be a pattern stands for itself, and a star in front takes nothing away.
        Assert.True(new GlobPattern(Escaped(name)).IsMatch(name));
        Assert.True(!matches || new GlobPattern("*" + pattern).IsMatch(name));
        // Where a set took a slash, the star at the end may be left with one, and it takes none: only the last star is tried again, as NVIDIA's toolkit does
        // it.
        Assert.True(!matches || pattern.EndsWith('\\') || name.Contains('/') || new GlobPattern(pattern + "*").IsMatch(name));
    }

    private static string Escaped(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (c is '*' or '?' or '[' or '\\')
                text.Append('\\');
            text.Append(c);
        }
        return text.ToString();
    }
}
