using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>The toolkit's own configuration.</summary>
/// <param name="ConfigPath">The file that counts, whether it exists or not.</param>
/// <param name="Config">What it says; the defaults where it cannot be used.</param>
/// <param name="Problem">Why it cannot be used; empty when it can.</param>
internal sealed record ToolkitFacts(string ConfigPath, ToolkitConfig Config, string Problem)
{
    /// <summary>Whether the machine is a node of a Kubernetes cluster.</summary>
    public bool IsClusterNode { get; init; }

    /// <summary>Reads the file.</summary>
    public static ToolkitFacts Read(Machine machine)
    {
        string path = machine.Root == "/" ? ConfigLocation.Resolve() : "/etc/nvidia-container-runtime/config.toml";
        bool isNode = machine.Has("/var/lib/kubelet") || machine.Has("/var/lib/rancher/k3s/agent") || machine.Has("/var/lib/rancher/rke2/agent");
        // Read first, so that a file that this user may not read is remembered as not seen.
        _ = machine.Text(path);
        try
        {
            return new ToolkitFacts(path, ConfigLoader.Load(machine.At(path)), "") { IsClusterNode = isNode };
        }
        catch (ConfigurationException broken)
        {
            return new ToolkitFacts(path, new ToolkitConfig(), machine.Shown(broken.Message)) { IsClusterNode = isNode };
        }
    }
}
