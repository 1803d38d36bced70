using System.Text;

namespace GpuContainers.Runtime.Prestart;

/// <summary>The environment that nvidia-container-cli gets: the hook's own, changed (LG-64, LG-71).</summary>
internal static class CliEnvironment
{
    /// <summary>
    /// Puts an entry in the place of the first inherited one of its name, and removes further ones: C programs see the first of a name, others the
    /// last (LG-71). An entry of a new name, or without "=", is appended.
    /// </summary>
    /// <param name="environment">The entries, as bytes.</param>
    /// <param name="entry">"NAME=value".</param>
    public static void Put(List<byte[]> environment, string entry)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(entry);
        byte[] name = bytes[..(bytes.AsSpan().IndexOf((byte)'=') + 1)];
        int place = name.Length == 0 ? -1 : environment.FindIndex(existing => existing.AsSpan().StartsWith(name));
        if (place < 0)
        {
            environment.Add(bytes);
            return;
        }
        environment.RemoveAll(existing => existing.AsSpan().StartsWith(name));
        environment.Insert(place, bytes);
    }
}
