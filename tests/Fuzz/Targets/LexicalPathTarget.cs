using System.Text;
using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>The path texts of configuration files and CDI specifications (CDI-5, CDI-6).</summary>
public sealed class LexicalPathTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "lexical-path";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        string path = Encoding.Latin1.GetString(input);
        string clean = LexicalPath.Clean(path);
        // The cleaned path is a fixed point, keeps its root, and goes up only at its start, and only when it has no root (CDI-5).
        Assert.Equal(clean, LexicalPath.Clean(clean));
        Assert.Equal(path.StartsWith('/'), clean.StartsWith('/'));
        bool upAllowed = !clean.StartsWith('/');
        foreach (string part in clean.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(part != ".." || upAllowed, clean);
            upAllowed &= part == "..";
        }
        Assert.DoesNotContain("//", clean, StringComparison.Ordinal);
        if (path.Length > 0 && clean != ".")
            Assert.Equal(clean, LexicalPath.Join(path));
    }
}
