using System.Globalization;

namespace GpuContainers.Generation.Modes;

/// <summary>IMEX channels (GN-26, GN-27, RT-183). Channels are never made here.</summary>
internal static class ImexMode
{
    private const string Folder = "/dev/nvidia-caps-imex-channels";
    private const uint LastChannel = 1048575;

    /// <summary>The channels of these ids.</summary>
    internal static Generated Generate(NodeSearch search, SearchNotes notes, IReadOnlyList<string> ids)
    {
        notes.Begin("IMEX channels", ExplanationRules.ImexChannels, isDevice: true);
        IReadOnlyList<string> channels = ids.Any(static id => WithoutPrefix(id) == "all") ? Existing(search) : Named(search, notes, ids);
        List<CdiDevice> devices = [.. channels.Select(channel => new CdiDevice { Name = channel, ContainerEdits = Edits(search, channel) })];
        return new Generated(devices, ContainerEdits.Empty);
    }

    private static List<string> Existing(NodeSearch search) =>
        [.. search.Match(Folder + "/channel*").Select(static node => WithoutPrefix(LexicalPath.Base(node.Path)))];

    private static List<string> Named(NodeSearch search, SearchNotes notes, IReadOnlyList<string> ids)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var channels = new List<string>();
        foreach (string id in ids)
        {
            string channel = Number(id);
            string hostPath = search.HostPath($"{Folder}/channel{channel}");
            if (!HostFile.TryStatus(hostPath, followLinks: true, out _, out Errno error))
            {
                throw new GenerationException(
                    // A channel that is a number and does not exist is noticed only when it is described (GN-90).
                    GenerationStep.Devices,
                    $"IMEX channel {channel} not found at {hostPath}: {error.Describe()}; make it with: nvidia-modprobe -i {channel}, or load the module " +
                        "with NVreg_CreateImexChannel0=1");
            }
            notes.Note(Folder + "/channel" + channel, hostPath);
            if (seen.Add(channel))
                channels.Add(channel);
        }
        return channels;
    }

    // Leading zeros are none of the number's (GN-26).
    private static string Number(string id)
    {
        string channel = WithoutPrefix(id);
        if (channel.Length == 0 || channel.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            throw Invalid($"invalid channel ID {ShownValues.One(id)}: not a number; channels are numbers from 0 to {LastChannel}");
        if (!uint.TryParse(channel, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) || number > LastChannel)
            throw Invalid($"invalid channel ID {ShownValues.One(id)}: must be in the range [0, {LastChannel}]");
        return number.ToString(CultureInfo.InvariantCulture);
    }

    private static ContainerEdits Edits(NodeSearch search, string channel)
    {
        string path = $"{Folder}/channel{channel}";
        return new ContainerEdits { DeviceNodes = [new DeviceNode { Path = path, HostPath = search.HostPath(path) }] };
    }

    private static string WithoutPrefix(string id) => id.StartsWith("channel", StringComparison.Ordinal) ? id["channel".Length..] : id;

    private static GenerationException Invalid(string message) => new(GenerationStep.Identification, message);
}
