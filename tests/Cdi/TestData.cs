namespace GpuContainers.Cdi.Tests;

/// <summary>Files of the repository that tests read, and places to write.</summary>
internal static class TestData
{
    internal static string Root { get; } = FindRoot();

    internal static string Folder(string name) => Path.Combine(Root, "testdata", "cdi", name);

    /// <summary>The documents of a corpus folder, without their companions.</summary>
    internal static IEnumerable<string> Corpus(string folder) => Directory.GetFiles(Folder(folder))
        .Where(path => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal))
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>A small valid document with the given edits in its only device.</summary>
    internal static CdiSpec Spec(ContainerEdits? edits = null, string device = "dev", string version = "1.1.0") => new()
    {
        Version = version,
        Kind = "acme.example/npu",
        Devices = [new CdiDevice { Name = device, ContainerEdits = edits ?? new ContainerEdits { Env = ["A=1"] } }],
    };

    internal static CdiSpec Read(string text) => CdiSpecReader.Read(System.Text.Encoding.UTF8.GetBytes(text), "test.yaml");

    internal static string Yaml(CdiSpec spec) => System.Text.Encoding.UTF8.GetString(CdiSpecWriter.ToYaml(spec));

    internal static string Json(CdiSpec spec) => System.Text.Encoding.UTF8.GetString(CdiSpecWriter.ToJson(spec));

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GpuContainers.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie in the repository");
        return folder;
    }
}
