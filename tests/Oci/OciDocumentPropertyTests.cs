using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace GpuContainers.Oci.Tests;

/// <summary>The promise of the splice editor: no loss, and nothing but the edit.</summary>
[Requirement("RT-83", "RT-85")]
public sealed class OciDocumentPropertyTests
{
    private static readonly Gen<string> Path = DocumentGenerator.Of("/", "/a", "/a/b", "/proc", "rel", "/dev/n0", "/new/deep/path");

    private static readonly Gen<Action<OciDocument?, JsonObject?>> Edit = Gen.OneOf(
        DocumentGenerator.Of("A=1", "B=\"x\"", "C=\u00e9<").Select<string, Action<OciDocument?, JsonObject?>>(entry => (ours, tree) =>
        {
            ours?.AppendEnv(entry);
            if (tree is not null)
                DocumentModel.AppendEnv(tree, entry);
        }),
        Path.List[0, 4].Select<List<string>, Action<OciDocument?, JsonObject?>>(paths => (ours, tree) =>
        {
            OciMount[] mounts = [.. paths.Select(p => new OciMount { Destination = p, Source = "/s" + p, Options = ["ro", "bind"] })];
            ours?.AddMounts(mounts);
            if (tree is not null)
                DocumentModel.AddMounts(tree, mounts);
        }),
        DocumentGenerator.Of("prestart", "createContainer", "poststop").Select<string, Action<OciDocument?, JsonObject?>>(stage => (ours, tree) =>
        {
            var hook = new OciHook { Path = "/h", Args = ["h", "x"], Timeout = 0 };
            ours?.AppendHook(stage, hook);
            if (tree is not null)
                DocumentModel.AppendHook(tree, stage, hook);
        }),
        Gen.Select(Path, Gen.Long[0, 300]).Select<(string, long), Action<OciDocument?, JsonObject?>>(device => (ours, tree) =>
        {
            ours?.SetDevice(new OciDevice { Path = device.Item1, Type = "c", Major = device.Item2 });
            ours?.AllowDevice("c", device.Item2, 0, "rw");
            if (tree is null)
                return;
            DocumentModel.SetDevice(tree, device.Item1, device.Item2);
            DocumentModel.AllowDevice(tree, device.Item2);
        }),
        DocumentGenerator.Of(0u, 1u, 44u, 4294967295u).Select<uint, Action<OciDocument?, JsonObject?>>(gid => (ours, tree) =>
        {
            ours?.AddAdditionalGids([gid]);
            if (tree is not null)
                DocumentModel.AddGid(tree, gid);
        }));

    [Fact]
    public void Without_edits_every_byte_stays() => DocumentGenerator.Document.Sample(text =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes("  " + text + "\ntrailing } garbage");
        OciDocument document = OciDocument.Parse(bytes);
        _ = (document.Env, document.Mounts, document.Annotations, document.PrestartHooks, document.Devices, document.RootPath);
        document.AddMounts([]);
        document.AddEnv([]);
        document.AddAdditionalGids([0]);
        Assert.False(document.Changed);
        Assert.Equal(bytes, document.ToBytes());
    });

    [Fact]
    public void A_splice_edit_equals_the_same_edit_of_a_tree() => Gen.Select(DocumentGenerator.Document, Edit.List[1, 6]).Sample((text, edits) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        OciDocument ours = OciDocument.Parse(bytes);
        JsonObject tree = DocumentGenerator.Tree(bytes);
        foreach (Action<OciDocument?, JsonObject?> edit in edits)
        {
            edit(ours, null);
            edit(null, tree);
        }
        JsonObject result = DocumentGenerator.Tree(ours.ToBytes());
        Assert.True(JsonNode.DeepEquals(tree, result), $"{text}\n--- tree\n{tree}\n--- ours\n{Encoding.UTF8.GetString(ours.ToBytes())}");
        // What was read again is what was written, without another change.
        Assert.Equal(ours.Env, OciDocument.Parse(ours.ToBytes()).Env);
    }, iter: 3000);

    [Fact]
    public void An_edit_leaves_members_order_and_numbers_as_they_are() => DocumentGenerator.Document.Sample(text =>
    {
        OciDocument document = OciDocument.Parse(Encoding.UTF8.GetBytes(text));
        document.AppendEnv("NEW=1");
        string edited = Encoding.UTF8.GetString(document.ToBytes());
        // The edit is one insertion: what stands before and after it is the old text.
        int prefix = text.Zip(edited).TakeWhile(pair => pair.First == pair.Second).Count();
        string rest = text[prefix..];
        bool replacedNull = rest.StartsWith("null", StringComparison.Ordinal);
        string expectedEnd = replacedNull ? rest[4..] : rest;
        Assert.EndsWith(expectedEnd, edited, StringComparison.Ordinal);
        Assert.True(edited.Length >= prefix + expectedEnd.Length);
    });
}
