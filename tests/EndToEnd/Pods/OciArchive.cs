using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>An OCI image of one layer as an archive that engines import.</summary>
internal static class OciArchive
{
    /// <summary>Writes an image with the files of a folder, whose process sleeps until it is told to end, as that of a pod's sandbox does.</summary>
    public static void Write(string path, string folder, string name)
    {
        byte[] layer = PackFolder(folder);
        byte[] config = Json(new JsonObject
        {
            ["architecture"] = Architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["Cmd"] = new JsonArray("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done"),
                ["Env"] = new JsonArray("PATH=/usr/bin:/bin"),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        });
        byte[] manifest = Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
        });
        JsonObject entry = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = name, ["org.opencontainers.image.ref.name"] = name };
        entry["platform"] = new JsonObject { ["architecture"] = Architecture, ["os"] = "linux" };
        byte[] index = Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) });

        using FileStream file = File.Create(path);
        using TarWriter archive = new(file);
        Add(archive, "oci-layout", Json(new JsonObject { ["imageLayoutVersion"] = "1.0.0" }));
        Add(archive, "index.json", index);
        foreach (byte[] blob in (byte[][])[manifest, config, layer])
            Add(archive, "blobs/sha256/" + Digest(blob)["sha256:".Length..], blob);
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    private static byte[] PackFolder(string folder)
    {
        using MemoryStream layer = new();
        TarFile.CreateFromDirectory(folder, layer, includeBaseDirectory: false);
        return layer.ToArray();
    }

    private static JsonObject Descriptor(string type, byte[] content) => new()
    {
        ["mediaType"] = type,
        ["digest"] = Digest(content),
        ["size"] = content.Length,
    };

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Json(JsonObject value) => System.Text.Encoding.UTF8.GetBytes(value.ToJsonString());

    private static void Add(TarWriter archive, string name, byte[] content) =>
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
