using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class CliArgumentsTests
{
    private static readonly HookRequest s_one = new() { Devices = ["0"], Capabilities = ["compute", "utility"] };

    [Fact]
    [Requirement("LG-66")]
    public void Everything_stands_in_its_place()
    {
        var config = new ToolkitConfig
        {
            ContainerCli = new ContainerCliConfig
            {
                Root = "/driver",
                Debug = "/d.log",
                Ldcache = "/c",
                User = "u:g",
                Ldconfig = "/sbin/ldconfig",
                NoPivot = true,
                NoCgroups = true,
            },
            Features = new FeaturesConfig { DisableImexChannelCreation = true },
        };
        var request = new HookRequest
        {
            Devices = ["0", "GPU-1"],
            MigConfig = "all",
            MigMonitor = "0",
            ImexChannels = ["3", "4"],
            Capabilities = ["compat32", "video"],
            Requirements = ["cuda>=12 brand=tesla", ""],
        };
        Assert.Equal(
            [
                "/cli", "--root=/driver", "--load-kmods", "--no-create-imex-channels", "--no-pivot", "--debug=/d.log", "--ldcache=/c", "--user=u:g",
                    "configure",
                "--cuda-compat-mode=ldconfig", "--ldconfig=/sbin/ldconfig", "--no-cgroups", "--device=0,GPU-1", "--mig-config=all", "--mig-monitor=0",
                "--imex-channel=3,4", "--compat32", "--video", "--require=cuda>=12 brand=tesla", "--require=", "--pid=18", "/r",
            ],
            CliArguments.Build("/cli", config, request, false, 18, "/r"));
    }

    [Fact]
    [Requirement("LG-66", "CF-20")]
    public void What_is_empty_or_off_is_left_out()
    {
        var config = new ToolkitConfig { ContainerCli = new ContainerCliConfig { LoadKernelModules = false, User = "", Ldconfig = "" } };
        Assert.Equal(
            ["/cli", "configure", "--cuda-compat-mode=ldconfig", "--pid=18", "/r"],
                CliArguments.Build("/cli", config, new HookRequest { Devices = [""] }, false, 18, "/r"));
    }

    [Fact]
    [Requirement("LG-66")]
    public void The_debug_flag_wins_over_the_configured_log()
    {
        var config = new ToolkitConfig { ContainerCli = new ContainerCliConfig { Debug = "/d.log" } };
        Assert.Contains("--debug=/dev/stderr", CliArguments.Build("/cli", config, s_one, true, 18, "/r"));
        Assert.DoesNotContain("--debug=/d.log", CliArguments.Build("/cli", config, s_one, true, 18, "/r"));
    }

    [Theory]
    [Requirement("LG-67", "CF-24")]
    [InlineData("ldconfig", false, "--cuda-compat-mode=ldconfig")]
    [InlineData("mount", false, "--cuda-compat-mode=mount")]
    [InlineData("disabled", true, "--cuda-compat-mode=disabled")]
    [InlineData("hook", true, "--cuda-compat-mode=disabled")]
    [InlineData("nonsense", false, "--cuda-compat-mode=disabled")]
    [InlineData("nonsense", true, null)]
    [InlineData("", true, null)]
    public void The_mode_of_compatibility_libraries(string mode, bool allowed, string? expected)
    {
        var config = new ToolkitConfig
        {
            Runtime = new RuntimeConfig { Modes = new RuntimeModesConfig { LegacyCudaCompatMode = mode } },
            Features = new FeaturesConfig { AllowCudaCompatLibsFromContainer = allowed },
        };
        Assert.Equal(expected, Find(CliArguments.Build("/cli", config, s_one, false, 18, "/r"), "--cuda-compat-mode="));
    }

    [Fact]
    [Requirement("LG-68")]
    public void The_program_of_the_linker_cache_is_the_real_one_where_there_is_one()
    {
        string folder = Directory.CreateTempSubdirectory("gpu-containers-test-").FullName;
        try
        {
            File.WriteAllText($"{folder}/a.real", "");
            Assert.Equal($"--ldconfig=@{folder}/a.real", Ldconfig($"@{folder}/a"));
            Assert.Equal($"--ldconfig=@{folder}/a.real", Ldconfig($"@{folder}/a.real"));
            Assert.Equal($"--ldconfig=@{folder}/b", Ldconfig($"@{folder}/b"));
            Assert.Equal($"--ldconfig=@{folder}/b", Ldconfig($"@{folder}/b.real"));
            Assert.Equal($"--ldconfig={folder}/a", Ldconfig($"{folder}/a"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Ldconfig(string value) => Find(
        CliArguments.Build("/cli", new ToolkitConfig { ContainerCli = new ContainerCliConfig { Ldconfig = value } }, s_one, false, 18, "/r"), "--ldconfig=");

    private static string? Find(List<string> arguments, string prefix) => arguments.Find(argument => argument.StartsWith(prefix, StringComparison.Ordinal));
}
