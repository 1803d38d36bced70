using System.Globalization;
using System.Text.RegularExpressions;
using GpuContainers.Diagnostics;

namespace GpuContainers.Simulator.Description;

/// <summary>What a description must keep to beyond its JSON form.</summary>
internal static partial class DescriptionRules
{
    /// <summary>The words of <see cref="HostDescription.Extras"/>.</summary>
    internal static readonly IReadOnlyList<string> Extras = ["fabricmanager", "gdrcopy", "gds", "mofed", "mps", "nvswitch", "persistenced"];

    /// <summary>Refuses a description that cannot be built as it stands.</summary>
    /// <exception cref="ToolkitException">The first violation, with the member's name.</exception>
    internal static void Check(string host, HostDescription description)
    {
        if (description.Imported is { } imported)
            ImportedRules.Check(host, imported);
        if (description.Driver is { } driver)
        {
            Require(driver.Root.StartsWith('/'), host, "driver.root", driver.Root, "must be an absolute path");
            Require(driver.LibraryFolder?.StartsWith('/') != false, host, "driver.libraryFolder", driver.LibraryFolder, "must be an absolute path");
            Require(VersionForm().IsMatch(driver.Version), host, "driver.version", driver.Version, "must look like 570.133.20");
            Require(CudaForm().IsMatch(driver.Cuda), host, "driver.cuda", driver.Cuda, "must look like 12.8");
        }
        foreach (string mode in (string[])[description.Nodes.Mode, description.Nodes.DrmMode])
            Require(ModeForm().IsMatch(mode), host, "nodes.mode", mode, "must be octal, such as 666");
        foreach (string extra in description.Extras)
            Require(Extras.Contains(extra), host, "extras", extra, $"is none of {string.Join(", ", Extras)}");
        foreach (string path in description.Files.Keys)
            Require(path.StartsWith('/'), host, "files", path, "must be an absolute path");
        foreach (GpuDescription gpu in description.Gpus)
            CheckGpu(host, gpu);
    }

    private static void CheckGpu(string host, GpuDescription gpu)
    {
        Require(gpu.Count is > 0 and <= 128, host, "gpus.count", gpu.Count.ToString(CultureInfo.InvariantCulture), "must lie between 1 and 128");
        bool alone = gpu.Count == 1 || (gpu.Uuid is null && gpu.BusId is null && gpu.Minor is null);
        Require(alone, host, "gpus.count", "2 or more", "cannot go with uuid, busId or minor, which are one GPU's own");
        Require(gpu.BusId is null || BusForm().IsMatch(gpu.BusId), host, "gpus.busId", gpu.BusId, "must look like 0000:18:00.0");
        Require(CudaForm().IsMatch(gpu.ComputeCapability), host, "gpus.computeCapability", gpu.ComputeCapability, "must look like 9.0");
        foreach (MigDescription mig in gpu.Mig ?? [])
            Require(MigProfile.TryParse(mig.Profile, out _), host, "gpus.mig.profile", mig.Profile, "must look like 1g.18gb, 1g.18gb+me or 1g.24gb+gfx");
    }

    private static void Require(bool holds, string host, string member, string? value, string rule)
    {
        if (!holds)
            throw new ToolkitException($"{host}: {member}: \"{value}\" {rule}");
    }

    [GeneratedRegex("^[0-9]+(\\.[0-9]+){1,3}$")]
    private static partial Regex VersionForm();

    [GeneratedRegex("^[0-9]+\\.[0-9]+$")]
    private static partial Regex CudaForm();

    [GeneratedRegex("^[0-7]{3,4}$")]
    private static partial Regex ModeForm();

    [GeneratedRegex("^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]$")]
    private static partial Regex BusForm();
}
