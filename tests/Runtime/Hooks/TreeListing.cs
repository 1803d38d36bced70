using System.Text;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>A folder as text: one line for each entry with its path, mode, kind, content or link target, and time of change.</summary>
internal static class TreeListing
{
    public static string Of(string folder)
    {
        var text = new StringBuilder();
        Append(text, folder, "");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string folder, string path)
    {
        foreach (string entry in Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(entry);
            string name = path + "/" + Path.GetFileName(entry);
            bool isFolder = info.LinkTarget is null && info.Attributes.HasFlag(FileAttributes.Directory);
            // Pipes and devices have no length; they are not opened.
            string content = info.LinkTarget is { } target ? "-> " + target
                : isFolder ? "folder"
                : info.Length > 0 ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(entry)))
                : "empty or special";
            text.Append(name).Append(' ').Append(info.LinkTarget is null ? info.UnixFileMode : UnixFileMode.None).Append(' ').Append(content)
                .Append(' ').Append(isFolder ? 0 : info.LastWriteTimeUtc.Ticks).Append('\n');
            if (isFolder)
                Append(text, entry, name);
        }
    }
}
