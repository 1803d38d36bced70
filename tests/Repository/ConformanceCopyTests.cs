namespace GpuContainers.Repository.Tests;

/// <summary>The conformance cases of the repository are a copy: where the original lies beside the repository, both are equal.</summary>
public sealed class ConformanceCopyTests
{
    private static readonly string Original = Path.Combine(Checkout.Root, "..", "shared", "conformance");

    [Fact]
    public void The_copy_equals_the_original()
    {
        Assert.SkipUnless(Directory.Exists(Original), "the original of the conformance cases is not on this machine");
        string copy = Checkout.At("tests", "conformance");
        Assert.Equal(Files(Original), Files(copy));
        Assert.DoesNotContain(
            Files(Original), f => !File.ReadAllBytes(Path.Combine(Original, f)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(copy, f))));
    }

    // Python leaves compiled modules beside its sources.
    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(folder, f)).Where(static f => !f.Contains("__pycache__", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
