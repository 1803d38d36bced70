using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using GpuContainers.Diagnostics;

namespace GpuContainers.Simulator.Description;

/// <summary>
/// Reads a support bundle into memory: nothing of it becomes a file by the names in it, and it may be neither long nor deep. What it describes is checked
/// like every other description.
/// </summary>
internal static class BundleReader
{
    private const string Texts = "files";
    private const int MaximumFiles = 20_000;
    private const long MaximumBytes = 64 << 20;

    /// <summary>Whether a file is a bundle, by its name.</summary>
    internal static bool IsBundle(string path) => path.EndsWith(".tar.gz", StringComparison.Ordinal) || path.EndsWith(".tgz", StringComparison.Ordinal);

    /// <summary>The description in a bundle, texts included; not checked yet.</summary>
    /// <exception cref="ToolkitException">The file is not a bundle, or too big.</exception>
    internal static HostDescription Read(string path)
    {
        Dictionary<string, byte[]> files = ReadAll(path);
        if (!files.TryGetValue("host.json", out byte[]? json))
            throw new ToolkitException($"{path} has no host.json; a support bundle is made by: nvidia-ctk doctor --bundle");
        HostDescription description = JsonSerializer.Deserialize(json, DescriptionJson.Default.HostDescription)
            ?? throw new ToolkitException($"{path}: host.json is null");
        foreach (ImportedEntry entry in description.Imported?.Entries ?? [])
        {
            if (entry.Kind == ImportedKind.Text && files.TryGetValue(Texts + entry.Path, out byte[]? text))
                entry.Text = Encoding.UTF8.GetString(text);
        }
        return description;
    }

    private static Dictionary<string, byte[]> ReadAll(string path)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using FileStream file = File.OpenRead(path);
            using var bytes = new MemoryStream(Unpacked(path, file));
            using var archive = new TarReader(bytes);
            while (archive.GetNextEntry() is { } entry)
            {
                if (files.Count >= MaximumFiles)
                    throw new ToolkitException($"{path} has more than {MaximumFiles} files");
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                    files[entry.Name] = Content(entry);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            // The reader's own sentences are about its parameters.
            throw new ToolkitException(
                $"{path} is not a support bundle: it is not a tar archive that gzip packed, or its end is missing", "fetch it again", broken);
        }
        return files;
    }

    // Unpacked before the archive is looked at: what it claims of its lengths then counts for nothing.
    private static byte[] Unpacked(string path, FileStream file)
    {
        using var stream = new GZipStream(file, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int read; (read = stream.Read(buffer)) > 0; bytes.Write(buffer, 0, read))
        {
            if (bytes.Length > MaximumBytes)
                throw new ToolkitException($"{path} has more than {MaximumBytes >> 20} MiB when unpacked");
        }
        return bytes.ToArray();
    }

    private static byte[] Content(TarEntry entry)
    {
        if (entry.DataStream is not { } data)
            return [];
        using var bytes = new MemoryStream();
        data.CopyTo(bytes);
        return bytes.ToArray();
    }
}
