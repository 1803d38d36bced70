using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Several hooks in one process.</summary>
[Requirement("HK-150")]
public sealed class SequenceTests : IDisposable
{
    private readonly HookContainer _container = new();
    private readonly ScratchFolder _scratch = new();

    // The same as by themselves, file by file.
    [Theory]
    [InlineData("nvidia-cdi-hook")]
    [InlineData("nvidia-ctk", "hook")]
    public void They_do_what_each_of_them_would_do(string program, params string[] first)
    {
        string[][] hooks =
        [
            ["create-symlinks", "--link", "a::/usr/lib/one,b;c::/two"], ["noop"], ["enable-cuda-compat", "--host-driver-version=570.1"],
            ["update-ldcache", "--folder", "/opt/driver"], ["chmod", "--mode", "700", "--path", "/opt/driver"],
        ];
        using var apart = new HookContainer();
        foreach (HookContainer container in (HookContainer[])[_container, apart])
        {
            container.File("/opt/driver/libx.so.1.1", ElfBuilder.Library("libx.so.1")).File("/usr/local/cuda/compat/libcuda.so.600.1")
                .File("/usr/local/cuda/compat/libcuda.so.1", ElfBuilder.Library("libcuda.so.1"));
        }
        foreach (string[] hook in hooks)
            apart.Succeed(hook);
        string[] together = [.. hooks.SelectMany(static (h, i) => i == 0 ? h : [";", .. h])];
        CoreProgram.Result result = CoreProgram.Run(_scratch, program, [.. first, "sequence", .. together], _container.State);
        Assert.Equal((0, "", ""), (result.Status, result.Output, result.Errors));
        Assert.Equal(Shape(apart), Shape(_container));
        Assert.Equal(CacheEntries.Lines(apart), CacheEntries.Lines(_container));
    }

    [Fact]
    public void The_first_failure_ends_it_and_names_its_hook()
    {
        HookResult result = _container.Fail("sequence", "create-symlinks", "--link", "a::/one", ";", "create-symlinks", "--link", "bad", ";", "create-symlinks",
            "--link", "a::/three");
        Assert.Contains("create-symlinks: invalid link \\\"bad\\\"", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal(("a", null), (_container.Target("/one"), _container.Target("/three")));
    }

    [Theory]
    [InlineData("apply-cuda-memory-limits")]
    [InlineData("sequence")]
    public void Some_hooks_are_no_part_of_it(string hook) =>
        Assert.Contains($"{hook} cannot be a part of a sequence", _container.Fail("sequence", "noop", ";", hook).Errors, StringComparison.Ordinal);

    // As a hook by itself.
    [Fact]
    [Requirement("HK-17")]
    public void Unknown_hooks_and_nothing_at_all_are_skipped_with_a_warning()
    {
        HookResult result = _container.Run("sequence", "frobnicate", "--x", ";", ";", "create-symlinks", "--link", "a::/one");
        Assert.Equal((0, "a"), (result.Status, _container.Target("/one")));
        Assert.Contains("Unsupported CDI hook: frobnicate", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("No CDI hook specified", result.Lines[1], StringComparison.Ordinal);
        Assert.Equal("", _container.Run("sequence", "--quiet", "frobnicate", ";").Errors);
    }

    [Fact]
    public void Wrong_usage_of_a_part_is_an_error()
    {
        HookResult result = _container.Run("sequence", "noop", ";", "create-symlinks", "--frobnicate");
        Assert.Equal(1, result.Status);
        Assert.StartsWith("Incorrect Usage: create-symlinks: flag provided but not defined: -frobnicate", result.Errors, StringComparison.Ordinal);
    }

    // Standard input can be read once only.
    [Fact]
    public void The_state_is_read_once_and_the_root_opened_once()
    {
        string strace = Checkout.MachineProgram("strace");
        HookResult result = InMountNamespace.RunThen(_container, $"exec 3>$ROOT/../trace; set -- {strace} -f -o /dev/fd/3 -e trace=openat,open \"$@\"",
            "cat $ROOT/../trace", "sequence", "create-symlinks", "--link", "a::/one", ";", "update-ldcache", ";", "update-application-profile");
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "tracing is not possible here: " + result.Errors);
        Assert.Equal(0, result.Status);
        Assert.Equal(1, result.Output.Split($"\"{_container.Root}\"").Length - 1);
        Assert.Equal(1, result.Output.Split($"\"{_container.Bundle}/config.json\"").Length - 1);
    }

    public void Dispose()
    {
        _container.Dispose();
        _scratch.Dispose();
    }

    // Names, kinds, modes and targets; random parts of names are each run's own.
    private static string Shape(HookContainer container) => System.Text.RegularExpressions.Regex.Replace(
        string.Join('\n', Command.Run(Checkout.MachineProgram("find"), container.Root, "-printf", "%P %y %m %l\\n").Succeeded().Output.Split('\n')
            .Order(StringComparer.Ordinal)), "(?<=nvcr-|compat-)[0-9a-f-]+", "RANDOM");
}
