using GpuContainers.Engines;
using GpuContainers.Installer.Settings;
using GpuContainers.Installer.Setup;
using k8s.Models;

namespace GpuContainers.Kubernetes.Tests;

public sealed class OverlayTests
{
    public static TheoryData<string> Names => Overlay.Names;

    [Fact]
    [Requirement("IN-130")]
    public void There_is_one_for_each_kind_of_node() =>
        Assert.Equal(["containerd", "crio", "k0s", "k3s", "microk8s", "nri", "rke2"], Names.Select(static row => row.Data));

    [Theory]
    [Requirement("IN-4", "IN-130")]
    [MemberData(nameof(Names))]
    public void Every_variable_and_flag_is_one_of_the_installers(string name)
    {
        var overlay = Overlay.Of(name);

        Assert.DoesNotContain(overlay.Environment.Keys, static variable => InstallerInput.Behind(variable) is null);
        string[] flags = [.. (overlay.Container.Args ?? []).Select(static argument => argument.Split('=')[0])];
        Assert.DoesNotContain(flags, static flag => !InstallerInput.Options.Any(o => o.Name == flag || o.Aliases.Contains(flag)));
    }

    [Theory]
    [Requirement("IN-130")]
    [MemberData(nameof(Names))]
    public void No_option_is_given_twice(string name) =>
        Assert.Empty(Overlay.Of(name).Environment.Keys.GroupBy(InstallerInput.Behind).Where(static g => g.Count() > 1).Select(static g => g.Key?.Name));

    [Theory]
    [Requirement("IN-20", "IN-134")]
    [MemberData(nameof(Names))]
    public void The_installer_accepts_the_values_and_can_write_what_it_has_to(string name)
    {
        var overlay = Overlay.Of(name);
        InstallerSettings settings = overlay.Settings;

        AssertWritable(overlay, settings.InstallDir, settings.InstallDir);
        AssertWritable(overlay, settings.PidFile, settings.PidFile);
        AssertWritable(overlay, settings.Toolkit.CdiOutputDir, settings.Toolkit.CdiOutputDir);
        if (settings.Engine is { } engine)
        {
            AssertWritable(overlay, engine.Engine.ConfigPath);
            if (engine.Engine.DropInPath.Length > 0)
                AssertWritable(overlay, engine.Engine.DropInPath, engine.DropInHostPath.Length > 0 ? engine.DropInHostPath : null);
            AssertWritable(overlay, engine.Socket);
            Assert.Equal("/", overlay.OnHost(engine.HostRoot)?.Path);
        }
        if (settings.Nri is { } nri)
            AssertWritable(overlay, nri.Socket, "/var/run/nri/nri.sock");
    }

    [Theory]
    [Requirement("IN-60", "IN-134")]
    [MemberData(nameof(Names))]
    public void Files_of_the_host_that_are_read_are_there_in_the_container(string name)
    {
        var overlay = Overlay.Of(name);
        InstallerSettings settings = overlay.Settings;

        Assert.Equal(settings.Toolkit.DriverRoot, overlay.OnHost(settings.Toolkit.DriverRootInContainer)?.Path);
        foreach (string source in settings.Engine?.Sources ?? [])
        {
            string[] parts = source.Split('=', 2);
            Assert.Contains(parts[0], (string[])["command", "file"]);
            if (parts.Length == 2)
                Assert.NotNull(overlay.OnHost(parts[1]));
        }
    }

    [Theory]
    [Requirement("IN-75")]
    [MemberData(nameof(Names))]
    public void An_engine_that_gets_a_signal_is_one_whose_process_is_seen(string name)
    {
        var overlay = Overlay.Of(name);

        Assert.Equal(overlay.Settings.Engine?.RestartMode == RestartMode.Signal || overlay.SeesHostProcesses, overlay.SeesHostProcesses);
    }

    [Theory]
    [Requirement("IN-131")]
    [InlineData("containerd", "containerd")]
    [InlineData("crio", "crio")]
    public void The_engines_usual_files_are_those_of_the_installer(string name, string engineName)
    {
        var overlay = Overlay.Of(name);
        EngineSettings settings = overlay.Settings.Engine!;
        Engine usual = Engine.Find(engineName)!;

        Assert.Equal(usual.ConfigPath, overlay.OnHost(settings.Engine.ConfigPath)?.Path);
        Assert.Equal(usual.DropInPath, overlay.OnHost(settings.Engine.DropInPath)?.Path);
        Assert.Equal(EngineDefaults.Socket(usual), overlay.OnHost(settings.Socket)?.Path);
        Assert.Equal(EngineDefaults.RestartMode(usual), settings.RestartMode.ToString(), ignoreCase: true);
    }

    [Theory]
    [Requirement("IN-132")]
    [MemberData(nameof(Names))]
    public void Runtime_classes_have_the_handlers_that_the_engine_gets(string name)
    {
        var overlay = Overlay.Of(name);
        InstallerSettings settings = overlay.Settings;
        IEnumerable<string> handlers = settings.Engine is { } engine
            ? EngineRuntimes.All(engine.RuntimeName, settings.ToolkitDir).Select(static r => r.Name)
            : [];

        Assert.Equal(handlers, overlay.Objects.OfType<V1RuntimeClass>().Select(static c => c.Handler));
        Assert.All(overlay.Objects.OfType<V1RuntimeClass>(), c =>
        {
            Assert.Equal(c.Handler, c.Metadata.Name);
            Assert.Equal(overlay.DaemonSet.Spec.Template.Spec.NodeSelector, c.Scheduling.NodeSelector);
        });
    }

    [Theory]
    [Requirement("IN-130")]
    [MemberData(nameof(Names))]
    public void Probes_ask_where_the_installer_answers(string name)
    {
        var overlay = Overlay.Of(name);
        V1Container container = overlay.Container;
        V1Probe[] probes = [container.StartupProbe, container.ReadinessProbe, container.LivenessProbe];

        Assert.Equal($":{Assert.Single(container.Ports).ContainerPort}", overlay.Settings.HealthAddress);
        Assert.Equal(["/readyz", "/readyz", "/healthz"], probes.Select(static p => p.HttpGet.Path));
        Assert.All(probes, p => Assert.Equal(container.Ports[0].Name, p.HttpGet.Port.Value));
    }

    [Theory]
    [Requirement("IN-130")]
    [MemberData(nameof(Names))]
    public void Pods_run_with_an_account_of_their_own_in_a_namespace_that_lets_them(string name)
    {
        var overlay = Overlay.Of(name);
        V1Namespace home = Assert.Single(overlay.Objects.OfType<V1Namespace>());
        V1ServiceAccount account = Assert.Single(overlay.Objects.OfType<V1ServiceAccount>());

        Assert.Equal("privileged", home.Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        Assert.Equal(account.Metadata.Name, overlay.DaemonSet.Spec.Template.Spec.ServiceAccountName);
        Assert.Equal(home.Metadata.Name, overlay.DaemonSet.Metadata.NamespaceProperty);
        Assert.False(account.AutomountServiceAccountToken);
        Assert.True(overlay.Container.SecurityContext.Privileged);
        Assert.All(
            overlay.Objects.OfType<V1RoleBinding>().SelectMany(static b => b.Subjects),
            s => Assert.Equal((account.Metadata.Name, home.Metadata.Name), (s.Name, s.NamespaceProperty)));
    }

    private static void AssertWritable(Overlay overlay, string path, string? onHost = null)
    {
        (string Path, bool IsWritable)? found = overlay.OnHost(path);
        Assert.True(found?.IsWritable, $"{path} does not lie on the host, or cannot be written there");
        Assert.Equal(onHost ?? found!.Value.Path, found!.Value.Path);
    }
}
