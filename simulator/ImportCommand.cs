using System.Text.Json;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator;

/// <summary>"import": makes a description of a support bundle, which can be looked at, changed and run.</summary>
internal static class ImportCommand
{
    /// <summary>Writes the description and says what to do with it.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="target">The file to write; empty for one beside the working directory's other files, called after the bundle.</param>
    internal static string Run(string bundle, string target)
    {
        if (!BundleReader.IsBundle(bundle))
            throw new ToolkitException($"{bundle} is not called .tar.gz, as nvidia-ctk doctor --bundle=FILE.tar.gz makes it");
        HostDescription description = HostDescriptions.Load(bundle);
        string name = Path.GetFileName(bundle);
        string file = target.Length > 0 ? target : name[..name.IndexOf('.', StringComparison.Ordinal)] + ".json";
        AtomicFile.Create(file, JsonSerializer.SerializeToUtf8Bytes(description, DescriptionJson.Default.HostDescription), FileModes.PublicFile);
        string shown = file.Contains('/') ? file : "./" + file;
        return $"{file}: {description.About}\nto be on that machine: gpu-host-simulator run --programs DIR {shown} nvidia-ctk cdi generate\n";
    }
}
