using System.Diagnostics;
using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests;

/// <summary>What an administrator can keep images from asking for, and which configuration root believes.</summary>
public sealed class PermissionTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [Requirement("RT-268")]
    [InlineData(true, false, false, "")]
    [InlineData(true, false, true, "mofed,nvswitch")]
    [InlineData(true, true, false, "mofed,nvswitch")]
    [InlineData(false, false, false, "mofed,nvswitch")]
    public void Gated_features_need_the_permission_of_devices_where_that_is_switched_on(bool isOn, bool accepts, bool isPrivileged, string active)
    {
        var image = new ContainerFacts(["NVIDIA_MOFED=enabled", "NVIDIA_NVSWITCH=enabled", "NVIDIA_GDS=off"], [],
            new Dictionary<string, string>(), isPrivileged);
        using var host = new FakeHost();
        var config = new ToolkitConfig { Features = new FeaturesConfig { IgnoreGatedVariablesWhenUnprivileged = isOn ? true : null } };
        PlanInputs inputs = host.Inputs(new ContainerRequest(image, new RequestSettings { AcceptsUnprivilegedEnvironment = accepts }), config);
        Assert.Equal(active, string.Join(',', GatedFeatures.Active(inputs).Select(static feature => feature.Name)));
    }

    [Fact]
    [Requirement("RT-268")]
    public void Variables_that_do_not_count_are_listed_in_a_warning()
    {
        using var run = new ShimRun(
            """
            {"ociVersion":"1.0.2","process":{"env":["NVIDIA_VISIBLE_DEVICES=none","NVIDIA_GDS=enabled","NVIDIA_MOFED=enabled"]},
            "mounts":[{"destination":"/var/run/nvidia-container-devices/none","type":"bind","source":"/dev/null"}]}
            """,
            "accept-nvidia-visible-devices-envvar-when-unprivileged = false\naccept-nvidia-visible-devices-as-volume-mounts = true\n"
            + "[nvidia-container-runtime]\nmode = \"legacy\"\n[features]\nignore-gated-envvars-when-unprivileged = true\n");
        Assert.Equal(0, run.Create("--log", run.Scratch.At("log")).Status);
        Assert.Contains(
            "level=warning msg=\"Ignoring request by environment variable(s) in unprivileged container: [NVIDIA_GDS NVIDIA_MOFED]\"",
            run.Scratch.Read("log"), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-269")]
    [InlineData("", true)]
    [InlineData("\"v.com/gpu\"", true)]
    [InlineData("\"x.com/y\", \"v.com/*\"", true)]
    [InlineData("\"v.com/nic\"", false)]
    [InlineData("\"*\"", false)]
    public void An_image_gets_devices_of_allowed_kinds_alone(string allowed, bool isGiven)
    {
        using ShimRun run = WithDevices("\"env\":[\"NVIDIA_VISIBLE_DEVICES=v.com/gpu=0\"]", allowed);
        CoreProgram.Result result = run.Create();
        Assert.Equal(isGiven ? 0 : 1, result.Status);
        Assert.Equal(isGiven, run.ConfigJson.Contains("GIVEN=1", StringComparison.Ordinal));
        if (!isGiven)
            Assert.Contains("may not ask for the CDI devices v.com/gpu=0; ", result.Errors, StringComparison.Ordinal);
    }

    // A bare name has the administrator's own kind; the engine's requests are the administrator's.
    [Fact]
    [Requirement("RT-269")]
    public void Names_that_are_not_the_images_own_are_not_concerned()
    {
        using ShimRun bare = WithDevices("\"env\":[\"NVIDIA_VISIBLE_DEVICES=0\"]", "\"v.com/nic\"", "mode = \"cdi\"");
        Assert.Equal(0, bare.Create().Status);
        using ShimRun annotated = WithDevices("\"env\":[]},\"annotations\":{\"cdi.k8s.io/x\":\"v.com/gpu=0\"", "\"v.com/nic\"");
        Assert.Equal(0, annotated.Create().Status);
        Assert.Contains("GIVEN=1", annotated.ConfigJson, StringComparison.Ordinal);
        AllowedKinds.Require(["runtime.nvidia.com/gpu=0", "0"], ["v.com/nic"]);
    }

    // Whoever can write the file, or a folder above it, chooses the program that root runs.
    [Theory]
    [Requirement("RT-270")]
    [InlineData("", true)]
    [InlineData("chown 4711 home/nvidia-container-runtime/config.toml", false)]
    [InlineData("chmod 666 home/nvidia-container-runtime/config.toml", false)]
    [InlineData("chmod g+w home/nvidia-container-runtime", false)]
    [InlineData("chmod 777 home", false)]
    [InlineData("chmod 1777 home", true)]
    [InlineData("chown 4711 home", false)]
    [InlineData("mv home real; mkdir user; ln -s ../real user/link; chown 4711 user; ln -s user/link home", false)]
    [InlineData("mv home real; ln -s real home", true)]
    [InlineData("rm home/nvidia-container-runtime/config.toml; chown 4711 home", false)]
    public void Root_believes_a_home_folder_that_is_roots_alone(string change, bool isBelieved)
    {
        string[] users = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.SkipUnless(Environment.UserName == "root" && users[2] == "4294967295", "only root in the initial user namespace is concerned");
        using var run = new ShimRun();
        run.Scratch.Program("evil", "#!/bin/sh\necho evil");
        run.Scratch.File("home/nvidia-container-runtime/config.toml", $"[nvidia-container-runtime]\nruntimes = [\"{run.Scratch.At("evil")}\"]\n");
        using (Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", change]) { WorkingDirectory = run.Scratch.Path })!)
            shell.WaitForExit();
        CoreProgram.Result result = run.Run(
            "nvidia-container-runtime", ["--log", run.Scratch.At("log"), "state", "c"],
            ("NVIDIA_CTK_CONFIG_FILE_PATH", ""), ("XDG_CONFIG_HOME", run.Scratch.At("home")));
        Assert.Equal(isBelieved ? "evil\n" : "", result.Output);
        Assert.Equal(!isBelieved, run.Scratch.Read("log").Contains("ignoring XDG_CONFIG_HOME: ", StringComparison.Ordinal));
    }

    private ShimRun WithDevices(string process, string allowed, string mode = "")
    {
        _scratch.File("cdi/v.json", """{"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":{"env":["GIVEN=1"]}}]}""");
        return new ShimRun(
            $$$"""{"ociVersion":"1.0.2","process":{{{{process}}}}}""",
            $"[nvidia-container-runtime]\n{mode}\n[nvidia-container-runtime.modes.cdi]\ndefault-kind = \"v.com/gpu\"\n" +
                $"spec-dirs = [\"{_scratch.At("cdi")}\"]\nallowed-kinds = [{allowed}]\n");
    }
}
