using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests;

/// <summary>What fuzzing found once stays found: every file of every corpus goes through its target.</summary>
public sealed class CorpusTests
{
    private static readonly string CorporaFolder = Path.Combine(RepositoryRoot(), "testdata", "fuzz");

    public static TheoryData<string> Targets() => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_corpus_file_passes_its_target(string name)
    {
        string[] files = Directory.GetFiles(Path.Combine(CorporaFolder, name));
        Assert.NotEmpty(files);
        IFuzzTarget target = FuzzTargets.Get(name);
        foreach (string file in files)
        {
            Exception? finding = Record.Exception(() => target.Run(File.ReadAllBytes(file)));
            Assert.True(finding is null, $"{file}: {finding}");
        }
    }

    /// <summary>The cheap half of fuzzing, in every test run: each corpus file cut short at many places, and with single bytes changed.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public void Cut_and_changed_corpus_files_pass_too(string name)
    {
        const int steps = 64;
        IFuzzTarget target = FuzzTargets.Get(name);
        foreach (string file in Directory.GetFiles(Path.Combine(CorporaFolder, name)))
        {
            byte[] whole = File.ReadAllBytes(file);
            for (int i = 0; i < steps && whole.Length > 0; i++)
            {
                int at = (int)((long)whole.Length * i / steps);
                byte[] changed = [.. whole];
                changed[at] ^= (byte)(1 << (i % 8));
                Exception? finding = Record.Exception(() => target.Run(whole.AsSpan(0, at))) ?? Record.Exception(() => target.Run(changed));
                Assert.True(finding is null, $"{file}, byte {at}: {finding}");
            }
        }
    }

    [Fact]
    public void Every_corpus_folder_has_a_target()
    {
        string[] folders = [.. Directory.GetDirectories(CorporaFolder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.Equal(folders, FuzzTargets.Names);
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GpuContainers.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie in the repository");
        return folder;
    }
}
