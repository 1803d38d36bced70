using System.Text;

namespace GpuContainers.Core.LegacyHook;

/// <summary>The environment of the CLI: the hook's own, with a new PATH and the entries of the configuration (LG-64, LG-71).</summary>
internal static class HookEnvironment
{
    /// <summary>Every entry takes the place of the inherited one of its name, or is appended.</summary>
    public static IReadOnlyList<byte[]> Build(IReadOnlyList<byte[]> inherited, string searchPath, IReadOnlyList<string> configured)
    {
        var environment = new List<byte[]>(inherited);
        Put(environment, "PATH=" + searchPath);
        foreach (string entry in configured)
            Put(environment, entry);
        return environment;
    }

    private static void Put(List<byte[]> environment, string entry)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(entry);
        int equals = entry.IndexOf('=');
        byte[] name = Encoding.UTF8.GetBytes(equals < 0 ? entry + "=" : entry[..(equals + 1)]);
        int place = environment.FindIndex(existing => existing.AsSpan().StartsWith(name));
        if (place < 0)
            environment.Add(bytes);
        else
            environment[place] = bytes;
    }
}
