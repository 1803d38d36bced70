using System.Collections.Concurrent;
using GpuContainers.Installer.Settings;
using k8s;
using k8s.Models;

namespace GpuContainers.Kubernetes.Tests;

/// <summary>A folder of packaging/kubernetes/overlays as `kubectl apply -k` would send it.</summary>
internal sealed class Overlay
{
    private static readonly ConcurrentDictionary<string, Lazy<Overlay>> s_rendered = new();
    private readonly V1PodSpec _pod;

    private Overlay(string name)
    {
        string kubectl = Checkout.At("artifacts", "debian", "kubectl", "usr", "bin", "kubectl");
        Assert.SkipUnless(File.Exists(kubectl), $"{kubectl} is not there: run make engines");
        CommandResult rendered = Command.Run(kubectl, "kustomize", Path.Combine(Folder, name)).Succeeded();
        Objects = [.. YamlObjects.Parse(rendered.Output).Select(Models.Read)];
        DaemonSet = Assert.Single(Objects.OfType<V1DaemonSet>());
        _pod = DaemonSet.Spec.Template.Spec;
        Container = Assert.Single(_pod.Containers);
        Environment = Container.Env.ToDictionary(static e => e.Name, e => e.Value ?? Field(e));
    }

    /// <summary>The overlay of this name, rendered once a run; the test is skipped where kubectl was not extracted.</summary>
    public static Overlay Of(string name) => s_rendered.GetOrAdd(name, static n => new Lazy<Overlay>(() => new Overlay(n))).Value;

    /// <summary>All overlays there are.</summary>
    public static TheoryData<string> Names => [.. Directory.GetDirectories(Folder).Select(static d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    private static string Folder { get; } = Checkout.At("packaging", "kubernetes", "overlays");

    public IReadOnlyList<IKubernetesObject> Objects { get; }

    public V1DaemonSet DaemonSet { get; }

    public V1Container Container { get; }

    /// <summary>The variables of the installer's container.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>What the installer makes of the variables and arguments; where its image has the packages is not the overlays' business.</summary>
    public InstallerSettings Settings => InstallerInput.Read([.. Container.Args ?? [], "--toolkit-source-root=/artifacts/deb"], Environment);

    public bool SeesHostProcesses => _pod.HostPID == true;

    /// <summary>Where a path of the container lies on the host, and whether it can be written there; null for the container's own files.</summary>
    public (string Path, bool IsWritable)? OnHost(string path)
    {
        V1VolumeMount? mount = Container.VolumeMounts.Where(m => IsBelow(path, m.MountPath)).MaxBy(static m => m.MountPath.Length);
        if (mount is null)
            return null;
        string root = Assert.Single(_pod.Volumes, v => v.Name == mount.Name).HostPath.Path;
        string rest = path[mount.MountPath.Length..].TrimStart('/');
        return (rest.Length == 0 ? root : $"{root.TrimEnd('/')}/{rest}", mount.ReadOnlyProperty != true);
    }

    private static bool IsBelow(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private string Field(V1EnvVar variable)
    {
        Assert.Equal("metadata.namespace", variable.ValueFrom?.FieldRef?.FieldPath ?? "metadata.namespace");
        return variable.ValueFrom is null ? "" : DaemonSet.Metadata.NamespaceProperty;
    }
}
