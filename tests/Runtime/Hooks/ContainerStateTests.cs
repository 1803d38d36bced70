using System.Text;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Where a hook learns its container from.</summary>
public sealed class ContainerStateTests : IDisposable
{
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-24")]
    [InlineData("")]
    [InlineData("-")]
    public void The_state_comes_from_standard_input(string path) => AssertWorks(_container.Run("create-symlinks", "--link=a::/b", "--container-spec", path));

    [Fact]
    [Requirement("HK-24")]
    public void The_state_comes_from_a_file()
    {
        string file = Path.Combine(_container.Outside, "state.json");
        File.WriteAllText(file, _container.State);
        AssertWorks(_container.RunWith("not read", "create-symlinks", "--link=a::/b", "--container-spec=" + file));
    }

    // Only here does the working directory count.
    [Fact]
    [Requirement("HK-24", "HK-38")]
    public void A_relative_path_counts_from_the_working_directory()
    {
        using var scratch = new ScratchFolder();
        scratch.File("state.json", _container.State);
        CoreProgram.Result result = CoreProgram.Run(scratch, "nvidia-cdi-hook", ["create-symlinks", "--link=a::/b", "--container-spec", "state.json"]);
        AssertWorks(new HookResult(result.Status, result.Output, result.Errors));
    }

    [Theory]
    [Requirement("HK-25", "HK-26", "HK-27")]
    [InlineData("""{"bundle":"@"} and more""")]
    [InlineData("""{"bundle":"@"}{"bundle":"/nowhere"}""")]
    [InlineData("""  {"BUNDLE":"@"}""")]
    [InlineData("""{"Bundle":"/nowhere","bUnDlE":"@"}""")]
    [InlineData("""{"bundle":"@","bundle":null}""")]
    [InlineData("""{"bundle":"@","x":{"y":[1,{"z":"bundle"}]}}""")]
    [InlineData("""{"pid":"x","id":7,"status":[],"ociVersion":{},"annotations":3,"bundle":"@"}""")]
    public void Only_the_first_value_counts_in_any_case_and_unused_members_may_be_anything(string state) =>
        AssertWorks(_container.RunWith(state.Replace("@", _container.Bundle, StringComparison.Ordinal), "create-symlinks", "--link=a::/b"));

    [Theory]
    [Requirement("HK-25", "HK-27", "HK-30")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{\"bundle\":")]
    [InlineData("\ufeff{\"bundle\":\"@\"}")]
    [InlineData("[{\"bundle\":\"@\"}]")]
    [InlineData("\"@\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"bundle\":7}")]
    [InlineData("{\"bundle\":\"@\",\"root\":[]}")]
    [InlineData("{\"bundle\":\"\"}")]
    [InlineData("{\"bundle\":\"bundle\"}")]
    [InlineData("{\"bundle\":\"\",\"root\":\"rootfs\"}")]
    [InlineData("{\"bundle\":\"bundle\",\"root\":\"rootfs\"}")]
    public void What_names_no_container_is_an_error(string state) =>
        Fails(state.Replace("@", _container.Bundle, StringComparison.Ordinal));

    [Fact]
    public void Skipped_values_may_be_64_deep_and_no_deeper()
    {
        string At(int depth) => $$"""{"x":{{new string('[', depth)}}{{new string(']', depth)}},"bundle":"{{_container.Bundle}}"}""";
        AssertWorks(_container.RunWith(At(63), "create-symlinks", "--link=a::/b"));
        Fails(At(64));
    }

    [Fact]
    [Requirement("HK-34")]
    public void A_state_of_more_than_1_MiB_is_an_error()
    {
        string state = _container.State;
        AssertWorks(_container.RunWith(state + new string(' ', (1 << 20) - state.Length), "create-symlinks", "--link=a::/b"));
        Fails(state + new string(' ', (1 << 20) - state.Length + 1));
    }

    [Fact]
    [Requirement("HK-34")]
    public void A_configuration_of_more_than_16_MiB_and_one_that_is_no_file_are_errors()
    {
        string config = Path.Combine(_container.Bundle, "config.json");
        string text = File.ReadAllText(config);
        File.WriteAllText(config, text + new string(' ', (16 << 20) - text.Length));
        AssertWorks(_container.Run("create-symlinks", "--link=a::/b"));
        File.AppendAllText(config, " ");
        Fails(_container.State);
        File.Delete(config);
        Nodes.MakePipe(config);
        Fails(_container.State);
        File.Delete(config);
        Directory.CreateDirectory(config);
        Fails(_container.State);
    }

    [Fact]
    [Requirement("HK-34")]
    public void A_state_file_that_is_no_file_is_an_error_and_no_wait()
    {
        string pipe = Path.Combine(_container.Outside, "pipe");
        Nodes.MakePipe(pipe);
        _container.Fail("create-symlinks", "--container-spec", pipe);
        _container.Fail("create-symlinks", "--container-spec", _container.Outside);
        _container.Fail("create-symlinks", "--container-spec", "/dev/zero");
        _container.Fail("create-symlinks", "--container-spec", Path.Combine(_container.Outside, "missing"));
    }

    [Theory]
    [Requirement("HK-29")]
    [InlineData("""{"root":{"path":"rootfs"},"process":7,"mounts":"x"}""")]
    [InlineData("""{"ROOT":{"PATH":"rootfs"}}""")]
    [InlineData("""{"root":{"path":"nowhere"},"root":{"path":"rootfs"}}""")]
    [InlineData("""{"root":{"path":"rootfs"},"root":null} trailing""")]
    public void Of_the_configuration_only_the_roots_path_is_read(string config)
    {
        Configure(config);
        AssertWorks(_container.Run("create-symlinks", "--link=a::/b"));
    }

    [Theory]
    [Requirement("HK-29", "HK-30")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"root":{}}""")]
    [InlineData("""{"root":{"path":""}}""")]
    [InlineData("""{"root":{"path":7}}""")]
    [InlineData("""{"root":"rootfs"}""")]
    [InlineData("""{"root":{"path":"missing"}}""")]
    [InlineData("""{"root":{"path":"config.json"}}""")]
    public void A_configuration_without_a_root_is_an_error(string config)
    {
        Configure(config);
        Fails(_container.State);
        // As in a startContainer hook, for which the bundle is nowhere (HK-40).
        File.Delete(Path.Combine(_container.Bundle, "config.json"));
        Fails(_container.State);
    }

    [Theory]
    [Requirement("HK-28")]
    [InlineData("rootfs")]
    [InlineData("rootfs/")]
    [InlineData("./rootfs/.")]
    [InlineData("x/../rootfs")]
    [InlineData("@/rootfs")]
    [InlineData("@/rootfs/")]
    [InlineData("@/rootfs/../rootfs")]
    public void Roots_relative_to_the_bundle_and_absolute_ones(string path)
    {
        string root = path.Replace("@", _container.Bundle, StringComparison.Ordinal);
        Configure($$$"""{"root":{"path":"{{{root}}}"}}""");
        AssertWorks(_container.Run("create-symlinks", "--link=a::/b"));
        File.Delete(_container.At("/b"));
        // crun names the root itself; then the configuration is not opened: it may be unreadable in a user namespace.
        File.Delete(Path.Combine(_container.Bundle, "config.json"));
        AssertWorks(_container.RunWith($$"""{"bundle":"{{_container.Bundle}}","root":"{{root}}"}""", "create-symlinks", "--link=a::/b"));
    }

    [Fact]
    [Requirement("HK-33")]
    public void A_bundle_and_a_root_reached_through_links()
    {
        string link = Path.Combine(_container.Outside, "bundle-link");
        File.CreateSymbolicLink(link, _container.Bundle);
        AssertWorks(_container.RunWith($$"""{"bundle":"{{link}}"}""", "create-symlinks", "--link=a::/b"));
        File.Delete(_container.At("/b"));
        string root = Path.Combine(_container.Outside, "root-link");
        File.CreateSymbolicLink(root, _container.Root);
        AssertWorks(_container.RunWith($$"""{"root":"{{root}}"}""", "create-symlinks", "--link=a::/b"));
    }

    [Theory]
    [Requirement("HK-31")]
    [InlineData("create-symlinks", "--link=a::/nvct-test-link")]
    [InlineData("update-ldcache")]
    [InlineData("enable-cuda-compat", "--host-driver-version=1")]
    [InlineData("update-application-profile")]
    [InlineData("disable-device-node-modification")]
    [InlineData("chmod", "--mode=755", "--path=/nvct-test-missing")]
    public void Every_hook_refuses_the_hosts_own_root(params string[] arguments)
    {
        foreach (string root in (string[])["/", "//", "/.", "/proc/self/root"])
        {
            HookResult result = _container.RunWith($$"""{"bundle":"/","root":"{{root}}"}""", arguments);
            Assert.Equal(1, result.Status);
            Assert.Contains("container root", result.Errors, StringComparison.Ordinal);
        }
        Assert.False(Path.Exists("/nvct-test-link"));
    }

    // A runtime that writes a long state must not get SIGPIPE because the hook had nothing to do.
    [Theory]
    [Requirement("HK-35")]
    [InlineData("create-symlinks")]
    [InlineData("enable-cuda-compat")]
    [InlineData("disable-device-node-modification")]
    [InlineData("update-application-profile")]
    [InlineData("chmod", "--mode=755")]
    public void The_input_is_read_to_its_end(params string[] arguments)
    {
        using var scratch = new ScratchFolder();
        using System.Diagnostics.Process process = CoreProgram.Start(scratch, "nvidia-cdi-hook", arguments);
        byte[] padding = Encoding.ASCII.GetBytes(new string(' ', 512 * 1024));
        process.StandardInput.Write(_container.State);
        process.StandardInput.Flush();
        process.StandardInput.BaseStream.Write(padding);
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(Command.Limit));
        Assert.Equal((0, ""), (process.ExitCode, process.StandardError.ReadToEnd()));
    }

    [Fact]
    [Requirement("HK-49")]
    public void A_bad_state_fails_even_if_there_is_nothing_to_do()
    {
        foreach (string hook in (string[])["create-symlinks", "enable-cuda-compat", "update-application-profile", "disable-device-node-modification"])
            Assert.Equal(1, _container.RunWith("no state", hook).Status);
        Assert.Equal(0, _container.RunWith("no state", "noop").Status);
    }

    public void Dispose() => _container.Dispose();

    private void Configure(string config) => File.WriteAllText(Path.Combine(_container.Bundle, "config.json"), config);

    private void Fails(string state)
    {
        HookResult result = _container.RunWith(state, "create-symlinks", "--link=a::/c");
        Assert.True(result.Status == 1, state);
        Assert.Single(result.Lines);
        Assert.Null(_container.Target("/c"));
    }

    private void AssertWorks(HookResult result)
    {
        Assert.True(result.Status == 0, result.Errors);
        Assert.Equal("a", _container.Target("/b"));
    }
}
