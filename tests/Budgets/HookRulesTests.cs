using System.Text.RegularExpressions;

namespace GpuContainers.Budgets.Tests;

/// <summary>Rules 1 and 2 of design section 6, read from the source: hooks reach the container by handles only, and start no program.</summary>
public sealed partial class HookRulesTests
{
    // What a hook may do by path is on the host's side, before the container is touched; each entry says what.
    private static readonly Dictionary<string, string> AllowedByPath = new();

    // SEC-1: nothing in the container's root is opened, made, linked or changed by path.
    [Fact]
    public void Hooks_use_no_file_API_that_takes_a_path_SEC_1()
    {
        IEnumerable<string> uses = Lines(PathApi()).Where(static u => !AllowedByPath.Keys.Any(u.StartsWith));
        Assert.Empty(uses);
    }

    [Fact]
    public void Hooks_start_no_program() => Assert.Empty(Lines(ProgramApi()));

    private static IEnumerable<string> Lines(Regex pattern)
    {
        Assert.SkipUnless(Directory.Exists(Repository.At("src", "Core", "Hooks")), "there are no hooks yet");
        return SourceFiles.In("src/Core/Hooks").SelectMany(f => SourceFiles.Lines(f)
            .Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal) && pattern.IsMatch(l)).Select(l => $"{f}: {l.Trim()}"));
    }

    [GeneratedRegex("\\b(File|Directory|FileInfo|DirectoryInfo|FileStream|StreamReader|StreamWriter|HostFile|HostDirectory|HostPathResolution|AtomicFile)\\b\\s*[.(]")]
    private static partial Regex PathApi();

    [GeneratedRegex("\\b(Process|ChildProcess|ProgramImage)\\b\\s*[.(]")]
    private static partial Regex ProgramApi();
}
