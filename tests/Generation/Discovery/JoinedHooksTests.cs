using GpuContainers.Cdi;
using GpuContainers.Generation.Hooks;

namespace GpuContainers.Generation.Tests.Discovery;

/// <summary>Several hooks as one call of their program.</summary>
[Requirement("RT-279")]
public sealed class JoinedHooksTests
{
    // Each device's, then the common ones, specification by specification.
    [Theory]
    [InlineData("/usr/bin/nvidia-ctk", "nvidia-ctk", "hook")]
    [InlineData("/usr/bin/nvidia-cdi-hook", "nvidia-cdi-hook")]
    public void The_hooks_of_a_container_run_in_the_order_of_their_edits(string path, params string[] program)
    {
        Hook Of(params string[] args) => new()
        {
            HookName = "createContainer",
            Path = path,
            Args = [.. program, .. args],
            Env = ["NVIDIA_CTK_DEBUG=false"],
        };
        Hook limits = Of("apply-cuda-memory-limits") with { HookName = "createRuntime" };
        IReadOnlyList<CdiSpec> joined = JoinedHooks.Join(
        [
            Spec([Of("create-symlinks", "--link", "a::b"), limits], [Of("update-ldcache", "--folder", "/c")]),
            Spec([], [Of("noop")]),
        ]);
        Assert.Equal([limits], joined[0].Devices[0].ContainerEdits.Hooks);
        Assert.Empty(joined[0].ContainerEdits.Hooks);
        Hook one = Assert.Single(joined[1].ContainerEdits.Hooks);
        Assert.Equal([.. program, "sequence", "create-symlinks", "--link", "a::b", ";", "update-ldcache", "--folder", "/c", ";", "noop"], one.Args);
        Assert.Equal(("createContainer", path), (one.HookName, one.Path));
        Assert.Equal(["NVIDIA_CTK_DEBUG=false"], one.Env);
        Assert.Equal(["/dev/x"], joined[0].Devices[0].ContainerEdits.DeviceNodes.Select(static node => node.Path));
    }

    public static TheoryData<Hook[]> Apart()
    {
        Hook hook = Call("noop");
        Hook[][] lists =
        [
            [], [hook], [hook, hook with { Path = "/other" }], [hook, hook with { Env = [] }], [hook, hook with { Timeout = 1 }],
            [hook, Call("create-symlinks", "--link", ";")], [hook, hook with { Args = ["nvidia-cdi-hook"] }], [hook, hook with { HookName = "createRuntime" }],
        ];
        return [.. lists];
    }

    // A part that could not be told from the next, or that is not a call like the others.
    [Theory]
    [MemberData(nameof(Apart))]
    public void Hooks_that_do_not_belong_together_stay_apart(Hook[] hooks)
    {
        IReadOnlyList<CdiSpec> specs = [Spec(hooks, [])];
        Assert.Same(specs, JoinedHooks.Join(specs));
        Assert.Equal(hooks, JoinedHooks.JoinEach(specs[0]).Devices[0].ContainerEdits.Hooks);
    }

    // In a file, of which a container takes some devices.
    [Fact]
    public void A_files_hooks_are_joined_device_by_device()
    {
        CdiSpec joined = JoinedHooks.JoinEach(Spec([Call("a"), Call("b")], [Call("c"), Call("d")]));
        Assert.Equal(["sequence a ; b"], joined.Devices[0].ContainerEdits.Hooks.Select(static hook => string.Join(' ', hook.Args.Skip(1))));
        Assert.Equal(["sequence c ; d"], joined.ContainerEdits.Hooks.Select(static hook => string.Join(' ', hook.Args.Skip(1))));
    }

    private static Hook Call(params string[] args) => new()
    {
        HookName = "createContainer",
        Path = "/usr/bin/nvidia-cdi-hook",
        Args = ["nvidia-cdi-hook", .. args],
        Env = ["NVIDIA_CTK_DEBUG=false"],
    };

    private static CdiSpec Spec(IReadOnlyList<Hook> ofDevice, IReadOnlyList<Hook> common) => new()
    {
        Kind = "nvidia.com/gpu",
        Devices = [new CdiDevice { Name = "0", ContainerEdits = new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/dev/x" }], Hooks = ofDevice } }],
        ContainerEdits = new ContainerEdits { Hooks = common },
    };
}
