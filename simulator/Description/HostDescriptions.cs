using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Simulator.Description;

/// <summary>Where descriptions come from: the program's own hosts by name, and files by path.</summary>
internal static class HostDescriptions
{
    private static readonly Assembly Own = typeof(HostDescriptions).Assembly;

    /// <summary>The names of the hosts that the program brings along, sorted.</summary>
    internal static IReadOnlyList<string> Names =>
        [.. Own.GetManifestResourceNames().Select(n => Path.GetFileNameWithoutExtension(n)).Order(StringComparer.Ordinal)];

    /// <summary>The description behind a name or a path.</summary>
    /// <exception cref="ToolkitException">There is no such host, or its file is wrong.</exception>
    internal static HostDescription Load(string host)
    {
        try
        {
            HostDescription description = BundleReader.IsBundle(host) && File.Exists(host) ? BundleReader.Read(host)
                : JsonSerializer.Deserialize(Read(host), DescriptionJson.Default.HostDescription)
                ?? throw new ToolkitException($"{host}: a host is a JSON object, not null");
            DescriptionRules.Check(host, description);
            return description;
        }
        catch (JsonException e)
        {
            throw new ToolkitException($"{host}: line {e.LineNumber + 1}, {Place(e)}; docs/guide/simulator.md lists the members");
        }
    }

    // The reader's own sentences are about types of this program.
    private static string Place(JsonException error) => error.InnerException is null && error.Path is { Length: > 1 } path
        ? $"{path[2..]}: there is no such member, or its value is not of the kind that it takes"
        : $"column {error.BytePositionInLine + 1}: this is not JSON";

    private static byte[] Read(string host)
    {
        using Stream? known = Own.GetManifestResourceStream(host + ".json");
        if (known is not null)
        {
            byte[] bytes = new byte[known.Length];
            known.ReadExactly(bytes);
            return bytes;
        }
        if (!File.Exists(host))
            throw new ToolkitException($"{host} is neither a file nor one of the known hosts: {string.Join(", ", Names)}");
        const long maximum = 16 << 20;
        return HostFile.TryReadAll(host, maximum, out byte[] read, out Errno error) ? read
            : throw new ToolkitException($"{host} cannot be read: {error.Describe()}");
    }
}

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
