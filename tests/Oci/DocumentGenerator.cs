using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace GpuContainers.Oci.Tests;

/// <summary>Random documents: any part may be missing, null or empty, unknown members stand everywhere, white space is random.</summary>
internal static class DocumentGenerator
{
    private static readonly Gen<string> Name = Gen.Char["abcXYZ/\"\\\u00e9\u4e2d<&\n "].Array[1, 6].Select(c => new string(c));
    private static readonly Gen<string> Path = Of("/", "/a", "/a/b", "/a/b/", "/proc", "rel", "/x//y", "/dev/n0", "/dev/n1");
    private static readonly Gen<string> Number = Of("0", "1", "-0", "18446744073709551615", "1.50", "1E3", "9007199254740993");

    private static readonly Gen<string> Unknown = Gen.OneOf(
        Number, Name.Select(Quote), Gen.Const("null"), Gen.Const("[1, {\"a\" : [ ] }]"), Gen.Const("{ \"env\" : [\"X=1\"] }"));

    private static readonly Gen<string> Mount = Gen.Select(Path, Name, Unknown).Select((path, text, odd) =>
        $"{{\"destination\":{Quote(path)},\"source\":{Quote(text)},\"x-odd\":{odd}}}");

    private static readonly Gen<string> Hook = Gen.Select(Path, Name.List[0, 2]).Select((path, args) =>
        $"{{\"path\":{Quote(path)},\"args\":[{string.Join(',', args.Select(Quote))}]}}");

    private static readonly Gen<string> Device = Gen.Select(Path, Gen.Int[0, 300]).Select((path, major) =>
        $"{{\"path\":{Quote(path)},\"type\":\"c\",\"major\":{major},\"minor\":0}}");

    private static readonly Gen<string> Process = Members(
        ("env", List(Name.Select(Quote))), ("cwd", Gen.Const("\"/\"")),
        ("user", Members(("uid", Gen.Const("0")), ("gid", Gen.Const("7")), ("additionalGids", List(Of("1", "2", "44"))))));

    private static readonly Gen<string> Linux = Members(
        ("devices", List(Device)), ("resources", Members(("devices", List(Gen.Const("{\"allow\": false}"))), ("pids", Gen.Const("{\"limit\":5}")))),
        ("namespaces", Gen.Const("[{\"type\":\"mount\"}]")));

    internal static readonly Gen<string> Document = Members(
        ("ociVersion", Gen.Const("\"1.2.0\"")), ("process", Process), ("root", Gen.Const("{\"path\":\"rootfs\"}")), ("mounts", List(Mount)),
        ("hooks", Members(("prestart", List(Hook)), ("createContainer", List(Hook)))), ("linux", Linux),
        ("annotations", Gen.Const("{\"a\":\"b\",\"a\":\"c\"}")));

    internal static JsonObject Tree(ReadOnlySpan<byte> json)
    {
        // Only the last of equal names is in a tree; none of the edited members occurs twice here.
        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        return (JsonObject)Convert(document.RootElement)!;
    }

    private static JsonNode? Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => ToObject(element),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(Convert)]),
        _ => JsonNode.Parse(element.GetRawText()),
    };

    private static JsonObject ToObject(JsonElement element)
    {
        var made = new JsonObject();
        foreach (JsonProperty member in element.EnumerateObject())
            made[member.Name] = Convert(member.Value);
        return made;
    }

    internal static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string[]> All(IEnumerable<Gen<string>> each) =>
        each.Aggregate(Gen.Const(Array.Empty<string>()), (all, next) => Gen.Select(all, next).Select((values, value) => (string[])[.. values, value]));

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static Gen<string> List(Gen<string> item) =>
        Gen.Select(item.List[0, 4], Of("", " ", "\n  ")).Select((items, space) => $"[{space}{string.Join("," + space, items)}{space}]");

    private static Gen<string> Members(params (string Name, Gen<string> Value)[] members) =>
        Gen.Select(
            Gen.Int[0, 6].Array[members.Length], All(members.Select(m => m.Value)), Unknown, Of("", " ", "\n\t"))
        .Select((fates, values, odd, space) =>
        {
            var parts = new List<string>();
            for (int i = 0; i < members.Length; i++)
            {
                // One in seven is missing, one null, and one is followed by a member nobody knows.
                if (fates[i] != 0)
                    parts.Add($"\"{members[i].Name}\":{space}{(fates[i] == 1 ? "null" : values[i])}");
                if (fates[i] == 2)
                    parts.Add($"\"x{i}\" : {odd}");
            }
            return $"{{{space}{string.Join(space + "," + space, parts)}{space}}}";
        });
}
