namespace GpuContainers.Repository.Tests;

/// <summary>The C# files of the repository, without what builds leave behind.</summary>
internal static class SourceFiles
{
    /// <summary>The files below these folders of the root, as paths relative to it.</summary>
    internal static IEnumerable<string> In(params IEnumerable<string> folders) =>
        folders.SelectMany(static f => Directory.EnumerateFiles(Checkout.At(f), "*.cs", SearchOption.AllDirectories))
            .Select(static f => Path.GetRelativePath(Checkout.Root, f))
            .Where(static f => !f.Split('/').Any(static part => part is "obj" or "bin"));

    /// <summary>The lines of a file of <see cref="In"/>.</summary>
    internal static string[] Lines(string file) => File.ReadAllLines(Checkout.At(file));
}
