namespace GpuContainers.Runtime.ContainerCli;

/// <summary>What the environment of the process says; nothing else of it counts (CL-14).</summary>
/// <param name="Path">PATH, where the driver's programs are searched; null when it is not set.</param>
/// <param name="MpsFolder">CUDA_MPS_PIPE_DIRECTORY; empty for the usual one.</param>
/// <param name="DebugFile">NVC_DEBUG_FILE; empty for no log.</param>
internal sealed record CallerEnvironment(string? Path, string MpsFolder, string DebugFile)
{
    /// <summary>That of a list of entries; of several of a name the first counts, as in C.</summary>
    internal static CallerEnvironment From(IReadOnlyList<byte[]> entries) =>
        new(Find(entries, "PATH="), Find(entries, "CUDA_MPS_PIPE_DIRECTORY=") ?? "", Find(entries, "NVC_DEBUG_FILE=") ?? "");

    private static string? Find(IReadOnlyList<byte[]> entries, string name)
    {
        foreach (byte[] entry in entries)
        {
            string text = Encoding.UTF8.GetString(entry);
            if (text.StartsWith(name, StringComparison.Ordinal))
                return text[name.Length..];
        }
        return null;
    }

    /// <summary>That of this process.</summary>
    internal static CallerEnvironment OfThisProcess() => new(
        Environment.GetEnvironmentVariable("PATH"),
        Environment.GetEnvironmentVariable("CUDA_MPS_PIPE_DIRECTORY") ?? "",
        Environment.GetEnvironmentVariable("NVC_DEBUG_FILE") ?? "");
}
