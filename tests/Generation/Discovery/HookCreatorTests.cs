using GpuContainers.Cdi;
using GpuContainers.Generation.Hooks;

namespace GpuContainers.Generation.Tests.Discovery;

public sealed class HookCreatorTests
{
    [Theory]
    [Requirement("DS-82", "DS-83", "DS-84")]
    [InlineData("", "/usr/bin/nvidia-cdi-hook", "nvidia-cdi-hook")]
    [InlineData("/opt/nvidia-cdi-hook", "/opt/nvidia-cdi-hook", "nvidia-cdi-hook")]
    [InlineData("/usr/bin/nvidia-ctk", "/usr/bin/nvidia-ctk", "nvidia-ctk hook")]
    [InlineData("/usr/bin/nvidia-ctk.real", "/usr/bin/nvidia-ctk.real", "nvidia-ctk.real")]
    public void A_hook_names_its_program_and_its_verb(string path, string expectedPath, string expectedArgs)
    {
        Hook hook = Assert.Single(Creator(new GenerationOptions { HookPath = path }).Create(HookName.UpdateApplicationProfile, []));
        Assert.Equal("createContainer", hook.HookName);
        Assert.Equal(expectedPath, hook.Path);
        Assert.Equal(expectedArgs + " update-application-profile", string.Join(' ', hook.Args));
        Assert.Equal(["NVIDIA_CTK_DEBUG=false"], hook.Env);
    }

    // Options and their values are arguments of their own.
    [Fact]
    [Requirement("DS-83")]
    public void Inputs_become_arguments()
    {
        HookCreator creator = Creator(new GenerationOptions { LdconfigPath = "@/sbin/ldconfig", EnabledHooks = [HookName.Chmod] });
        Assert.Equal(["nvidia-cdi-hook", "create-symlinks", "--link", "a::b", "--link", "c::d"], creator.CreateSymlinks(["a::b", "c::d"])[0].Args);
        Assert.Equal(["nvidia-cdi-hook", "chmod", "--mode", "755", "--path", "/dev/dri"], creator.Chmod(["/dev/dri"])[0].Args);
        Assert.Equal(["nvidia-cdi-hook", "update-ldcache", "--ldconfig-path", "@/sbin/ldconfig", "--folder", "/a"], creator.UpdateLdcache(["/a"])[0].Args);
        Assert.Equal(["nvidia-cdi-hook", "update-ldcache", "--folder", "/a"], Creator(new GenerationOptions()).UpdateLdcache(["/a"])[0].Args);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("all", false)]
    [InlineData("apply-cuda-memory-limits", false)]
    [Requirement("DS-82")]
    public void The_limits_of_memory_are_set_in_the_hosts_namespaces_by_UUID(string disabled, bool isMade)
    {
        bool isAsked = false;
        string Uuid()
        {
            isAsked = true;
            return "GPU-1";
        }
        IReadOnlyList<Hook> hooks = Creator(new GenerationOptions { DriverRoot = "/driver", DisabledHooks = List(disabled) }).ApplyCudaMemoryLimits(Uuid);
        string[] expected = isMade ? ["createRuntime nvidia-cdi-hook apply-cuda-memory-limits --driver-root /driver --gpu-id GPU-1"] : [];
        Assert.Equal(expected, hooks.Select(static hook => $"{hook.HookName} {string.Join(' ', hook.Args)}"));
        Assert.Equal(isMade, isAsked);
    }

    // One argument, with its value behind "=".
    [Fact]
    [Requirement("DS-87")]
    public void The_compatibility_hook_takes_its_inputs_as_they_are() =>
        Assert.Equal(["nvidia-cdi-hook", "enable-cuda-compat", "--host-driver-version=570.133.20"], Creator(new GenerationOptions())
            .Create(HookName.EnableCudaCompat, ["--host-driver-version=570.133.20"])[0].Args);

    [Theory]
    [Requirement("DS-85")]
    [InlineData("", "", false, "create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile")]
    [InlineData("", "", true, "create-symlinks enable-cuda-compat update-ldcache update-application-profile")]
    [InlineData("", "disable-device-node-modification", true,
        "create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile")]
    [InlineData("all", "", false, "")]
    [InlineData("all", "update-ldcache", false, "update-ldcache")]
    [InlineData("update-ldcache", "update-ldcache", false,
        "create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile")]
    [InlineData("update-ldcache,create-symlinks", "", false, "enable-cuda-compat disable-device-node-modification update-application-profile")]
    [InlineData("", "chmod", false, "create-symlinks chmod enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile")]
    [InlineData("chmod", "chmod", false, "create-symlinks chmod enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile")]
    [InlineData("coffee", "tea", false, "create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile")]
    public void Enabling_wins_over_disabling_and_over_the_defaults(string disabled, string enabled, bool isManagement, string expected)
    {
        GenerationMode mode = isManagement ? GenerationMode.Management : GenerationMode.Nvml;
        var creator = new HookCreator(new GenerationOptions { Mode = mode, DisabledHooks = List(disabled), EnabledHooks = List(enabled) });
        Hook[] hooks =
        [
            .. creator.CreateSymlinks(["a::b"]), .. creator.Chmod(["/dev/dri"]), .. creator.Create(HookName.EnableCudaCompat, []),
                .. creator.UpdateLdcache(["/a"]),
            .. creator.Create(HookName.DisableDeviceNodeModification, []), .. creator.Create(HookName.UpdateApplicationProfile, []),
        ];
        Assert.Equal(expected, string.Join(' ', hooks.Select(static hook => hook.Args[1])));
    }

    [Fact]
    [Requirement("DS-86")]
    public void A_hook_that_needs_inputs_is_never_made_without_them()
    {
        HookCreator creator = Creator(new GenerationOptions { EnabledHooks = [HookName.CreateSymlinks, HookName.Chmod] });
        Assert.Empty(creator.CreateSymlinks([]));
        Assert.Empty(creator.Chmod([]));
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static HookCreator Creator(GenerationOptions options) => new(options);
}
