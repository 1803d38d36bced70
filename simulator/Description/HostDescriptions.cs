using System.Reflection;
using System.Text.Json;
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
