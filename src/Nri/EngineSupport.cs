namespace GpuContainers.Nri;

/// <summary>Knows the engines that take a plugin's CDI devices and silently do nothing with them (IN-91).</summary>
internal static class EngineSupport
{
    private static readonly Version FirstContainerd = new(1, 7, 26);
    private static readonly Version FirstCriO = new(1, 32, 0);

    /// <summary>What to tell an administrator whose engine ignores the devices, else null; also for an engine or a version that nobody here knows.</summary>
    public static string? Warning(string engine, string version)
    {
        Version? first = engine.ToLowerInvariant() switch
        {
            "containerd" => FirstContainerd,
            "cri-o" or "crio" => FirstCriO,
            _ => null,
        };
        return first is not null && Parse(version) is { } used && used < first
            ? $"{engine} {version} ignores the CDI devices of NRI plugins: pods start without the devices that their annotations ask for; update {engine} " +
                $"to {first} or newer"
            : null;
    }

    // Distributions put something behind the number (1.7.24~ds1, 2.1.9+unknown), builds a letter before it.
    private static Version? Parse(string text)
    {
        IEnumerable<char> number = (text.StartsWith('v') ? text[1..] : text).TakeWhile(static c => char.IsAsciiDigit(c) || c == '.');
        return Version.TryParse(string.Concat(number), out Version? version) ? version : null;
    }
}
