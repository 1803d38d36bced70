using System.Globalization;

namespace GpuContainers.Repository.Tests;

/// <summary>How often the kernel is asked: what a program costs, on every machine the same.</summary>
[Requirement("HK-134")]
public sealed class CallCountTests(NativeTools tools, ITestOutputHelper output) : IClassFixture<NativeTools>
{
    private const string Driver = "--host-driver-version=570.133.20";

    // A tenth above what was counted: the C library and the kernel of another machine ask a little more or less.
    public static TheoryData<int, string[]> Hooks() => new()
    {
        { 58, ["noop"] },
        { 81, ["create-symlinks", "--link", "libx.so.1::/usr/lib/libx.so"] },
        { 182, ["update-ldcache", "--folder", "/opt/driver"] },
        { 124, ["enable-cuda-compat", Driver] },
        { 115, ["disable-device-node-modification"] },
        { 72, ["update-application-profile"] },
        { 74, ["chmod", "--mode", "755", "--path", "/opt/driver"] },
    };

    [Theory]
    [MemberData(nameof(Hooks))]
    public void A_hook_asks_the_kernel_little(int most, string[] arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var root = new HookRoot(tools, 1);
        int calls = root.Calls(arguments).Length;
        output.WriteLine($"{arguments[0]}: {calls} system calls");
        Assert.InRange(calls, 1, most);
    }

    // The folder of the link before is open, and that a name is free the kernel says when the link is made.
    [Fact]
    public void A_further_link_in_a_folder_takes_one_system_call()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var one = new HookRoot(tools, 1);
        using var many = new HookRoot(tools, 1);
        static string[] Links(int count) =>
            ["create-symlinks", .. Enumerable.Range(0, count).SelectMany(static i => new[] { "--link", $"lib{i}.so.1::/usr/lib/lib{i}.so" })];
        int first = one.Calls(Links(1)).Length, last = many.Calls(Links(31)).Length;
        output.WriteLine($"system calls: {first} for a link, {last} for 31");
        // Memory takes a few.
        Assert.InRange(last - first, 30, 30 + 10);
    }

    // From the start of the program to the low-level runtime.
    [Fact]
    public void A_verb_that_is_passed_on_takes_at_most_51_system_calls()
    {
        string config = Path.Combine(tools.Folder, "exec.toml");
        File.WriteAllText(config, $"[nvidia-container-runtime]\nruntimes = [\"{tools["trivial"]}\"]\n");
        int calls = CallsBeforeTheNext(
            ["-ENVIDIA_CTK_CONFIG_FILE_PATH=" + config, Checkout.Program("nvidia-container-runtime"), "state", "c"], out CommandResult result);
        result.Succeeded();
        Assert.InRange(calls, 1, 51);
    }

    // The start of .NET would be for nothing.
    [Theory]
    [Requirement("CT-141")]
    [InlineData("cdi", "list")]
    [InlineData("--quiet", "--debug", "cdi", "list")]
    [InlineData("info")]
    public void The_tools_program_is_started_at_once(params string[] arguments)
    {
        int calls = CallsBeforeTheNext([Checkout.Program("nvidia-ctk"), .. arguments], out _);
        Assert.InRange(calls, 1, 10);
    }

    // From the start of a program to that of the one that it becomes.
    private int CallsBeforeTheNext(string[] command, out CommandResult result)
    {
        string trace = Path.Combine(tools.Folder, "start-trace");
        result = Command.Run(Checkout.MachineProgram("strace"), ["-f", "-qq", "-o", trace, .. command]);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        string[] lines = SystemCalls.In(trace);
        int calls = lines.Skip(1).TakeWhile(static line => !line.Contains(" execve(", StringComparison.Ordinal)).Count();
        output.WriteLine($"{calls} system calls");
        Assert.True(calls < lines.Length - 1, "no other program was started");
        return calls;
    }

    // What one process saves: its start, the state, and the root, each time but the first.
    [Fact]
    [Requirement("HK-150")]
    public void Hooks_in_one_process_start_once()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        string[][] hooks = [["create-symlinks", "--link", "libx.so.1::/usr/lib/libx.so"], ["enable-cuda-compat", Driver], ["update-application-profile"]];
        using var root = new HookRoot(tools, 1);
        int start = root.Calls("noop").Length;
        int apart = hooks.Sum(hook => root.Calls(hook).Length);
        using var other = new HookRoot(tools, 1);
        int together = other.Calls(["sequence", .. hooks.SelectMany(static (hook, i) => i == 0 ? hook : [";", .. hook])]).Length;
        output.WriteLine($"{apart} system calls apart, {together} together, {start} for a start");
        Assert.InRange(together, 1, apart - ((hooks.Length - 1) * (start - 10)));
    }

    // All that the hook leaves is there already, and what it has read of it is not asked for again.
    [Fact]
    [Requirement("HK-66", "LC-20")]
    public void The_loaders_cache_takes_few_system_calls_when_a_container_is_started_again()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var root = new HookRoot(tools, 1);
        _ = root.Calls("update-ldcache", "--folder", "/opt/driver");
        string[] calls = root.Calls("update-ldcache", "--folder", "/opt/driver");
        output.WriteLine($"{calls.Length} system calls");
        Assert.DoesNotContain(calls, static call => call.Contains("O_CREAT", StringComparison.Ordinal));
        // The drop-in for other distributions is named once, to be read as a part of the loader's configuration.
        Assert.Single(calls, static call => call.Contains("zz-nvcr-", StringComparison.Ordinal) && call.Contains(".conf\"", StringComparison.Ordinal));
        // Its two readings of the configuration list the folder once.
        Assert.Single(calls, static call => call.Contains("ld.so.conf.d\"", StringComparison.Ordinal));
        Assert.InRange(calls.Length, 1, 143);
    }

    // For each library: looked up, asked what it is, opened, its header, its sections and its name read, both handles closed; and its link made.
    [Fact]
    public void The_loaders_cache_takes_at_most_ten_system_calls_a_library()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var few = new HookRoot(tools, 10);
        using var many = new HookRoot(tools, 210);
        int first = few.Calls("update-ldcache", "--folder", "/opt/driver").Length;
        int second = many.Calls("update-ldcache", "--folder", "/opt/driver").Length;
        output.WriteLine($"system calls: {first} with 10 libraries, {second} with 210");
        Assert.InRange(second - first, 200, 200 * 10);
    }

    // What runtimes leave of mounts in an image: an empty file is asked for once, after the first; the next that is not is asked for once more.
    [Fact]
    public void An_empty_file_beside_others_takes_the_loaders_cache_one_system_call()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var bare = new HookRoot(tools, 10);
        using var emptied = new HookRoot(tools, 10);
        for (int i = 0; i < 200; i++)
            File.WriteAllBytes(emptied.At($"opt/driver/libempty{i}.so.570.133.20"), []);
        int first = bare.Calls("update-ldcache", "--folder", "/opt/driver").Length;
        int second = emptied.Calls("update-ldcache", "--folder", "/opt/driver").Length;
        output.WriteLine($"system calls: {first} without empty files, {second} with 200");
        // The listing and the budget take a few more.
        Assert.InRange(second, first + 200, first + 200 + 25);
    }

    // As images have them: a link is read, and what it or a link behind it names is looked at once for all. That a name is missing the listing has said;
    // a dead link is read once more, because its target may be made meanwhile.
    [Theory]
    [InlineData(0, "libnumber{0}.so.1>libnumber{0}.so.570.133.20")]
    [InlineData(1, "libnumber{0}.so.1>libnumber{0}.so.570.133.20", "libnumber{0}.so>libnumber{0}.so.1")]
    [InlineData(2, "libgone{0}.so>libgone{0}.so.1")]
    public void A_link_takes_the_loaders_cache_one_system_call_and_a_dead_one_two(int more, params string[] links)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var bare = new HookRoot(tools, 200);
        using var linked = new HookRoot(tools, 200);
        foreach (string link in links)
        {
            for (int i = 0; i < 200; i++)
            {
                string[] names = string.Format(CultureInfo.InvariantCulture, link, i).Split('>');
                File.CreateSymbolicLink(linked.At("opt/driver/" + names[0]), names[1]);
            }
        }
        int first = bare.Calls("update-ldcache", "--folder", "/opt/driver").Length;
        int second = linked.Calls("update-ldcache", "--folder", "/opt/driver").Length;
        output.WriteLine($"system calls: {first} without links, {second} with 200 times {links.Length}");
        // Without the link by the soname one is made, which is a call as well; memory takes a few more.
        Assert.InRange(second, 200, first + (200 * more) + 25);
    }
}
