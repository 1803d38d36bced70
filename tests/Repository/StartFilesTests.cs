using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>What a start of the core reads, seen by strace.</summary>
public sealed partial class StartFilesTests(NativeTools tools) : IClassFixture<NativeTools>
{
    public static TheoryData<string> Names() => ["nvidia-container-runtime", "nvidia-cdi-hook", "nvidia-container-runtime-hook", "nvidia-ctk"];

    // The wrapped functions of the .NET runtime (docs/adr/0002): if an SDK renames them, --wrap silently stops working, and only this test notices.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_start_reads_no_mounts_and_no_cgroups(string name)
    {
        IReadOnlyList<string> paths = PathsOf(name, []);
        Assert.DoesNotContain(paths, static p => p.Contains("mountinfo", StringComparison.Ordinal) || p.Contains("cgroup", StringComparison.Ordinal));
        Assert.DoesNotContain(paths, static p => p.StartsWith("/sys/devices/system/cpu/cpu0/cache", StringComparison.Ordinal));
        Assert.DoesNotContain(paths, static p => p is "/dev/urandom" or "/dev/random" or "/proc/self/environ" or "/proc/self/cmdline");
    }

    // One more of the wrapped functions makes the thread for finalizers. Hooks have one that watches over their time.
    [Theory]
    [Requirement("HK-23")]
    [InlineData("nvidia-container-runtime", 0)]
    [InlineData("nvidia-container-runtime-hook", 0)]
    [InlineData("nvidia-cdi-hook", 1)]
    [InlineData("nvidia-ctk", 1)]
    public void A_start_makes_no_thread_that_nobody_needs(string name, int needed) =>
        Assert.Equal(needed, CallsOf(name, [], "clone,clone3,fork,vfork").Count(static l => l.Contains("clone3(", StringComparison.Ordinal)
            || l.Contains("clone(", StringComparison.Ordinal) || l.Contains("fork(", StringComparison.Ordinal)));

    // The heap has room that is asked for as a whole; each further piece would split a mapping.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_start_asks_for_its_memory_once(string name) => Assert.InRange(CallsOf(name, [], "mprotect").Count, 1, 6);

    // The room is more than such a process may have; each piece of it is not.
    [Fact]
    public void Where_memory_is_limited_a_start_asks_for_it_piece_by_piece()
    {
        string[] command = ["--data=20000000", Checkout.Program("nvidia-cdi-hook"), "--version"];
        Assert.StartsWith("NVIDIA CDI Hook", Command.Run(Checkout.MachineProgram("prlimit"), command).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_start_looks_for_no_library(string name) =>
        Assert.DoesNotContain(PathsOf(name, []), static p => LibraryName().IsMatch(p));

    // CVE-2025-23266, HK-130: what an image puts into the environment of a hook must find nothing to act on (guide: static core).
    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_variables_make_a_start_open_nothing_more(string name)
    {
        string trap = Directory.CreateDirectory(Path.Combine(tools.Folder, "trap-for-" + name)).FullName;
        Dictionary<string, string?> hostile = HostileEnvironment.In(trap, tools["canary.so"]);
        IReadOnlyList<string> usual = PathsOf(name, []);
        IReadOnlyList<string> attacked = PathsOf(name, hostile);
        Assert.Equal(usual.Distinct().Order(StringComparer.Ordinal), attacked.Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(trap));
    }

    // The test above proves nothing if its weapons are blunt.
    [Fact]
    public void The_same_variables_do_act_on_a_dynamic_program()
    {
        string trap = Directory.CreateDirectory(Path.Combine(tools.Folder, "trap-for-true")).FullName;
        Command.Run("/bin/true", [], HostileEnvironment.In(trap, tools["canary.so"])).Succeeded();
        Assert.Contains(Path.Combine(trap, "canary"), Directory.GetFileSystemEntries(trap));
    }

    private List<string> PathsOf(string name, Dictionary<string, string?> environment) =>
        [.. CallsOf(name, environment, "file").Select(static l => QuotedPath().Match(l)).Where(static m => m.Success).Select(static m => m.Groups[1].Value)];

    // The lines of the trace that are the core's own.
    private List<string> CallsOf(string name, Dictionary<string, string?> environment, string calls)
    {
        string strace = Checkout.MachineProgram("strace");
        string trace = Path.Combine(tools.Folder, Guid.NewGuid().ToString("N"));
        // The runtime becomes a low-level runtime in the end: one that is static too.
        string configuration = Path.Combine(tools.Folder, "config.toml");
        File.WriteAllText(configuration, $"[nvidia-container-runtime]\nruntimes = [\"{tools["trivial"]}\"]\n");
        // -E sets the variables for the core alone, so that strace itself stays as it is.
        IEnumerable<string> variables = environment.Append(new("NVIDIA_CTK_CONFIG_FILE_PATH", configuration)).Select(static v => $"-E{v.Key}={v.Value}");
        // As nvidia-ctk the core serves "hook" itself; with everything else it becomes the tools program.
        string[] arguments = name == "nvidia-ctk" ? ["hook", "--help"] : ["--version"];
        CommandResult result = Command.Run(
            strace, ["-f", "-qq", "-e", $"trace=execve,{calls}", "-o", trace, .. variables, Checkout.Program(name), .. arguments]);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        // What another program opens after the core has become it (a low-level runtime, the tools program) is not the core's start.
        return [.. File.ReadLines(trace).Skip(1).TakeWhile(static l => !l.Contains(" execve(", StringComparison.Ordinal))];
    }

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex QuotedPath();

    [GeneratedRegex("\\.so($|\\.)|/ld\\.so\\.cache$")]
    private static partial Regex LibraryName();
}
