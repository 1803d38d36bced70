using GpuContainers.Cdi;

namespace GpuContainers.Runtime.Requests;

/// <summary>
/// Device names asked for by mounts of /dev/null below a well-known folder. Whoever may name the mounts of a container (the engine, not the image)
/// is trusted with devices, so privileges do not matter.
/// </summary>
internal static class VolumeMountRequest
{
    private const string Folder = "/var/run/nvidia-container-devices";
    private const string ImexPrefix = "imex/";
    private const string CdiPrefix = "cdi/";

    /// <summary>The devices of all such mounts, in their order; with a boundary only those in the folder itself (LG-31).</summary>
    public static List<string> Devices(ContainerFacts image, bool needsBoundary)
    {
        var devices = new List<string>();
        foreach (string request in Requests(image, needsBoundary))
        {
            // An IMEX channel is not a device (RT-121).
            if (request.StartsWith(ImexPrefix, StringComparison.Ordinal))
                continue;
            if (!request.StartsWith(CdiPrefix, StringComparison.Ordinal))
                devices.Add(request);
            else if (CdiDevice(request) is { } device)
                devices.Add(device);
        }
        return devices;
    }

    /// <summary>The IMEX channel ids of all such mounts, in their order (RT-132, LG-54).</summary>
    public static List<string> ImexChannels(ContainerFacts image, bool needsBoundary)
    {
        var channels = new List<string>();
        foreach (string request in Requests(image, needsBoundary))
        {
            if (request.StartsWith(ImexPrefix, StringComparison.Ordinal))
                channels.Add(request[ImexPrefix.Length..]);
        }
        return channels;
    }

    // The test of the folder is textual, without a path boundary; each destination counts once (RT-120).
    private static List<string> Requests(ContainerFacts image, bool needsBoundary)
    {
        var requests = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string source, string destination) in image.Mounts)
        {
            if (LexicalPath.Clean(source) != "/dev/null")
                continue;
            string cleaned = LexicalPath.Clean(destination);
            if (!cleaned.StartsWith(Folder, StringComparison.Ordinal) || !seen.Add(cleaned))
                continue;
            string request = cleaned[Folder.Length..].Trim('/');
            if (request.Length > 0 && (!needsBoundary || cleaned[Folder.Length] == '/'))
                requests.Add(request);
        }
        return requests;
    }

    private static string? CdiDevice(string request)
    {
        string name = request[CdiPrefix.Length..];
        if (QualifiedDeviceName.IsQualified(name))
            return name;
        string[] parts = name.Split('/', 3);
        if (parts.Length == 3)
            return $"{parts[0]}/{parts[1]}={parts[2]}";
        string shown = ShownValues.One(request);
        Log.Warning($"Ignoring invalid mount request for CDI device {shown}: invalid mount CDI device request: {shown}");
        return null;
    }
}
