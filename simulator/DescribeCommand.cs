using System.Globalization;
using System.Text;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.Simulator;

/// <summary>"describe": what a host has that this machine has not.</summary>
internal static class DescribeCommand
{
    /// <summary>The text of the verb.</summary>
    internal static string Describe(string host)
    {
        HostDescription description = HostDescriptions.Load(host);
        HostTree tree = HostTreePlan.Make(description, static () => []);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{host}: {description.About}\n");
        if (description.Driver is { } driver)
            text.Append(CultureInfo.InvariantCulture, $"driver {driver.Version}, CUDA {driver.Cuda}, in {driver.Root}, NVML: {driver.Nvml}\n");
        foreach (SimulatedGpu gpu in SimulatedGpus.Resolve(description))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"GPU {(gpu.Source.Excluded ? "excluded" : gpu.Index)}: {gpu.Source.Model}, {gpu.Uuid}, {gpu.BusId}, /dev/nvidia{gpu.Minor}\n");
            foreach (SimulatedMigDevice mig in gpu.Mig ?? [])
                text.Append(CultureInfo.InvariantCulture, $"  MIG {gpu.Index}:{mig.Index}: {mig.Profile.Slices}g.{mig.Profile.MemoryGb}gb, {mig.Uuid}\n");
        }
        foreach (TreeEntry entry in tree.Entries.OrderBy(static e => e.Path, StringComparer.Ordinal))
            text.Append(Line(entry)).Append('\n');
        return text.ToString();
    }

    private static string Line(TreeEntry entry) => entry switch
    {
        TreeNode node => $"  {node.Path}  device {node.Major}:{node.Minor} mode {Convert.ToString((int)node.Mode, 8)} group {node.Group}",
        TreeLink link => $"  {link.Path} -> {link.Target}",
        TreeDirectory => $"  {entry.Path}/",
        TreeSocket => $"  {entry.Path}  socket",
        _ => $"  {entry.Path}",
    };
}
