using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What strace sees of a whole run of each hook: what it executes, maps, opens and changes.</summary>
public sealed partial class HookTraceTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const string Trace = "trace=execve,execveat,mmap,mprotect,%file";

    // All that a hook may name by an absolute path, or from its working directory (HK-151); none of it is written.
    private static readonly string[] HostPaths =
    [
        "/", "/proc/self/fd/N", "/proc/self/fdinfo/N", "/proc/self/ns/mnt", "/proc/1/ns/mnt", "/proc/driver/nvidia/params", "/proc/meminfo", "/proc/self/maps",
            "/proc/stat",
        "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/possible",
        "/sys/devices/system/node", "/proc/self/exe", "/dev/urandom",
        ".", "../config.json",
    ];

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string, string> Hooks()
    {
        var hooks = new TheoryData<string, string>();
        foreach (HookUse use in HookUse.All)
        {
            hooks.Add(use.Hook, "");
            hooks.Add(use.Hook, "ENOSYS");
        }
        return hooks;
    }

    // CVE-2024-0135 to 0137: there is nothing to overwrite while it runs, and nothing of the image that could be run.
    [Theory]
    [Requirement("SEC-7")]
    [MemberData(nameof(Hooks))]
    public void CVE_2024_0135_and_CVE_2024_0136_and_CVE_2024_0137_a_hook_executes_no_program_and_maps_no_file(string hook, string refusal)
    {
        List<string> lines = Run(HookUse.Named(hook), refusal, out _);
        Assert.Single(lines, static l => l.Contains("execve", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static l => MapsFileExecutable().IsMatch(l));
    }

    // By path nothing but these; SEC-6: no descriptor of the host that could be written through.
    [Theory]
    [Requirement("SEC-1", "SEC-6")]
    [MemberData(nameof(Hooks))]
    public void A_hook_opens_nothing_by_path_but_the_root_and_writes_only_through_its_handles(string hook, string refusal)
    {
        List<string> lines = Run(HookUse.Named(hook), refusal, out HookRoot root);
        IEnumerable<string> paths = lines.Select(static l => HostPath().Match(l)).Where(static m => m.Success)
            .Select(static m => Number().Replace(m.Groups[1].Value, "N"));
        Assert.Empty(paths.Distinct().Except([.. HostPaths, root.Folder]));
        Assert.Contains(root.Folder, paths);
        IEnumerable<string> writing = lines.Where(static l => Writes().IsMatch(l) && !l.Contains(" = -1 ", StringComparison.Ordinal));
        // By the number of a handle, by the name that procfs has for one, or in the namespace that the hook just made for itself.
        Assert.All(
            writing, static l =>
            Assert.Matches(
            "(at|at2|setattr)\\([0-9]+|(chmod|mount|umount2)\\(\"/proc/self/fd/|symlinkat\\(\"[^\"]*\", [0-9]+, \"[^\"/]*\"\\)|mount\\(NULL, \"/\", NULL, " +
            "MS_REC\\|MS_PRIVATE", l));
    }

    // CVE-2025-23266: with every variable that could steer it the hook opens the same files, and leaves nothing behind.
    [Theory]
    [Requirement("SEC-8")]
    [MemberData(nameof(Hooks))]
    public void Hostile_variables_and_a_hostile_working_folder_change_nothing(string hook, string refusal)
    {
        HookUse use = HookUse.Named(hook);
        IEnumerable<string> usual = Files(Run(use, refusal, out HookRoot plain), plain);
        fixture.PrepareCanary();
        string trap = "/run/trap";
        Host.Shell(
            $"rm -rf {trap}; mkdir -p {trap}/etc {trap}/proc/self; cp /usr/bin/true {trap}/createdump; cp /usr/bin/true {trap}/nvidia-cdi-hook; echo x " +
            $">{trap}/config.json").Succeeded();
        string before = Host.Shell($"find {trap} -printf '%p %T@ %s\\n' | sort").Succeeded().Output;
        IEnumerable<string> attacked = Files(Run(use, refusal, out HookRoot root, HostileVariables.In(trap), trap), root);
        Assert.Equal(usual, attacked);
        Assert.Equal(before, Host.Shell($"find {trap} -printf '%p %T@ %s\\n' | sort").Succeeded().Output);
        fixture.AssertUntouched();
    }

    // As a specification of an older release leaves it, under a runtime that gives such a hook the container's variables and its root as working folder.
    [Fact]
    [Requirement("SEC-8")]
    public void Under_runc_a_hook_without_an_environment_opens_what_it_always_opens()
    {
        _ = Checkout.MachineProgram("strace");
        Container container = fixture.Prepare()
            .With([.. HostileVariables.In("/proc/self/cwd").Where(static v => !v.StartsWith("PATH=", StringComparison.Ordinal))]);
        container.Specification["hooks"] = JsonNode.Parse(
            """{"createContainer":[{"path":"/usr/bin/nvidia-cdi-hook","args":["nvidia-cdi-hook","update-ldcache","--folder","/usr/lib"]}]}""");
        // strace follows what runc starts, so it ends with the container only; "create" is over when runc says so.
        string script = container.Bundle + "/traced-runc", trace = container.Bundle + "/trace";
        ProgramFile.Write(Host.At(script), $$"""
            #!/bin/sh
            [ "$3" = create ] || exec runc "$@"
            strace -f -qq -s 4096 -e trace=execve,clone,clone3,%file -o {{trace}} runc "$@" &
            {{SimulatedHost.Await($"runc --root \"$2\" state {container.Id} 2>/dev/null | grep -q '\"created\"'", "exit 1")}}
            """);
        container.Runtime = script;
        container.Run("true").Succeeded();
        List<string> lines = LinesOfHook(File.ReadAllLines(Host.At(trace)));
        Assert.Contains(lines, static l => l.Contains("execve(\"/usr/bin/nvidia-cdi-hook\"", StringComparison.Ordinal));
        IEnumerable<string> paths = lines.Select(static l => HostPath().Match(l)).Where(static m => m.Success)
            .Select(static m => Number().Replace(m.Groups[1].Value, "N"));
        Assert.Contains(container.Rootfs, paths);
        Assert.Empty(paths.Distinct().Except([.. HostPaths, container.Rootfs, "../rootfs"]));
        fixture.AssertUntouched();
    }

    private static List<string> LinesOfHook(string[] lines)
    {
        var threads = new HashSet<string>();
        var found = new List<string>();
        foreach (string line in lines)
        {
            string thread = line.Split(' ')[0];
            if (line.Contains("execve(\"/usr/bin/nvidia-cdi-hook\"", StringComparison.Ordinal))
                threads.Add(thread);
            if (!threads.Contains(thread))
                continue;
            found.Add(line);
            if (line.Contains("clone", StringComparison.Ordinal) && line.LastIndexOf("= ", StringComparison.Ordinal) is >= 0 and int at)
                threads.Add(line[(at + 2)..].Trim());
        }
        return found;
    }

    private List<string> Run(HookUse use, string refusal, out HookRoot root, IReadOnlyList<string>? variables = null, string folder = "/")
    {
        _ = Checkout.MachineProgram("strace");
        root = HookUse.Prepare(Host);
        string trace = root.Bundle + "/trace";
        // -E sets the variables for the hook alone, so that strace itself stays as it is; the filter of system calls is passed on by "refusing".
        string[] through = Refusals.Wrapper(refusal);
        CommandResult result = root.Run(use.Arguments,
            ["unshare", "--mount", "--wd", folder, .. through, "strace", "-f", "-qq", "-s", "4096", "-e", Trace, "-o", trace, .. (variables ?? [])
                .Select(static v => "-E" + v)]);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        result.Succeeded();
        return [.. SystemCalls.In(Host.At(trace))];
    }

    // Calls and paths; what is random in them, or the run's own, is masked.
    private static IEnumerable<string> Files(List<string> lines, HookRoot root) => [.. lines
        .Select(static l => FileCall().Match(l)).Where(static m => m.Success)
        .Select(m => Random().Replace($"{m.Groups[1].Value} {m.Groups[2].Value.Replace(root.Bundle, "BUNDLE", StringComparison.Ordinal)}", "RANDOM"))
        .Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("mmap\\([^)]*PROT_EXEC[^)]*, [0-9]+, |mprotect\\([^)]*PROT_WRITE\\|PROT_EXEC")]
    private static partial Regex MapsFileExecutable();

    // The first text of symlinkat is what the link holds; its place is looked at with the calls that write.
    [GeneratedRegex("^[0-9]+ +(?!execve|symlinkat)[a-z0-9_]+\\((?:AT_FDCWD, )?\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex HostPath();

    [GeneratedRegex("(?<=/proc/self/fd(info)?/)[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex("O_WRONLY|O_RDWR|O_CREAT|^[0-9]+ +(mkdir|mknod|symlink|link|rename|unlink|rmdir|chmod|fchmodat|chown|truncate|mount|umount)")]
    private static partial Regex Writes();

    [GeneratedRegex("^[0-9]+ +([a-z0-9_]+)\\(.*?\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex FileCall();

    [GeneratedRegex("(?<=nvct-)[0-9a-f]{16}|(?<=compat-)[0-9a-f-]{36}|(?<=nvcr-)[0-9]+|(?<=/proc/self/fd(info)?/)[0-9]+")]
    private static partial Regex Random();
}
