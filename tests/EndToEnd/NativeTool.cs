namespace GpuContainers.EndToEnd.Tests;

/// <summary>The small C programs of this folder, compiled when first needed.</summary>
internal static class NativeTool
{
    private static readonly Lock Compiling = new();

    /// <summary>The path of a program on this machine; simulated hosts see it at the same place.</summary>
    internal static string Path(string name)
    {
        string output = Repository.At("artifacts", "test", "tools", name);
        lock (Compiling)
        {
            string source = System.IO.Path.Combine(AppContext.BaseDirectory, "native", name + ".c");
            if (!File.Exists(output) || File.GetLastWriteTimeUtc(output) < File.GetLastWriteTimeUtc(source))
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(output)!);
                Command.Run(Repository.MachineProgram("gcc"), "-O2", "-static", "-o", output, source).Succeeded();
            }
        }
        return output;
    }
}
