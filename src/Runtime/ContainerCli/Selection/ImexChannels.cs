namespace GpuContainers.Runtime.ContainerCli.Selection;

/// <summary>Requests for IMEX channels (CL-71).</summary>
internal static class ImexChannels
{
    private const int Count = 1 << 20;

    /// <summary>The numbers in a request.</summary>
    /// <exception cref="CliException">A word is not the number of a channel.</exception>
    internal static IReadOnlyList<int> Parse(string words)
    {
        var channels = new List<int>();
        foreach (string word in words.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!NumberText.TryDecimal(word, out int channel) || channel >= Count)
                throw new CliException(CliError.ImexInfo, $"unsupported IMEX channel value: {word}", $"channels are numbers below {Count}");
            if (!channels.Contains(channel))
                channels.Add(channel);
        }
        return channels;
    }

    /// <summary>The node of a channel.</summary>
    internal static string NodeOf(int channel) => $"/dev/nvidia-caps-imex-channels/channel{channel}";
}
